//! Signing in over POP3 by access token, at a real Dovecot that checks the tokens itself.

use pli_pop::{PopError, Reason, Session};
use pli_testkit::{Dovecot, dovecot};
use tokio::net::TcpStream;

/// What tokens are signed with, and one for alice: {"alg":"HS256","typ":"JWT"}, {"sub":"alice","exp":4102444800}.
const KEY: &str = "of the mail town";
const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6NDEwMjQ0NDgwMH0.\
                     WHBGPSajdud7PpkGyX10BqtLuqf2duC-g2ekqYB_BdA";

/// A server that takes tokens by these mechanisms, beside passwords.
async fn server(keys: &tempfile::TempDir, mechanisms: &str) -> Dovecot {
    let folder = keys.path().join("default/HS256");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("default"),
        base64::Engine::encode(&base64::prelude::BASE64_STANDARD, KEY),
    )
    .unwrap();
    let rules = keys.path().join("rules");
    let keys = keys.path().display();
    std::fs::write(
        &rules,
        format!("introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={keys}/\nusername_attribute = sub\n"),
    )
    .unwrap();
    let extra = format!(
        "auth_mechanisms = plain {mechanisms}\npassdb {{\n  driver = oauth2\n  mechanisms = {mechanisms}\n  args = {}\n}}\n",
        rules.display()
    );
    let options = dovecot::Options {
        extra,
        ..dovecot::Options::default()
    };
    Dovecot::start(options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lets_in_and_an_altered_one_does_not() {
    for mechanisms in ["oauthbearer", "xoauth2", "xoauth2 oauthbearer"] {
        let keys = tempfile::tempdir().unwrap();
        let dovecot = server(&keys, mechanisms).await;
        dovecot
            .import("alice", "INBOX", [b"Subject: hello\r\n\r\nhello\r\n"])
            .await
            .unwrap();
        let session = async || {
            Session::start(TcpStream::connect(dovecot.pop3()).await.unwrap(), false)
                .await
                .unwrap()
        };

        let mut refused = session().await;
        let altered = TOKEN.replace("eyJzdWIi", "eyJzdWJi");
        assert_ne!(altered, TOKEN);
        let Err(PopError::Refused(refusal)) = refused.sign_in_by_token("alice", &altered).await else {
            panic!("let in")
        };
        assert_eq!(refusal.reason, Reason::SignIn, "{refusal}");
        // The same session is in step, and takes the right one.
        refused.sign_in_by_token("alice", TOKEN).await.unwrap();
        refused.quit().await.unwrap();

        let mut session = session().await;
        session.sign_in_by_token("alice", TOKEN).await.unwrap();
        assert_eq!(session.list().await.unwrap().len(), 1);
        session.quit().await.unwrap();
    }
}

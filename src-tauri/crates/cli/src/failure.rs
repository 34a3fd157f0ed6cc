//! How a command fails: one line and an exit code.

use pli_api::{ApiError, Code};
use pli_engine::EngineError;

/// A failed command.
pub struct Failure {
    /// 1 failed, 2 wrong usage, 3 the network or a server, 4 sign-in needed.
    pub exit: u8,
    /// What happened and what to do.
    pub error: ApiError,
}

impl Failure {
    /// Wrong words on the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: 2,
            error: ApiError::new(Code::InvalidInput, message),
        }
    }

    /// Something else that went wrong here.
    pub fn here(code: Code, message: impl Into<String>) -> Self {
        Self {
            exit: 1,
            error: ApiError::new(code, message),
        }
    }
}

impl From<ApiError> for Failure {
    fn from(mut error: ApiError) -> Self {
        if let (Code::LastCopies, Some(count)) = (error.code, error.count) {
            error.message.push_str(&format!(" with --lose {count}"));
        }
        let exit = match error.code {
            Code::SignInRefused | Code::VaultLocked | Code::WrongPassphrase | Code::VaultUnavailable => 4,
            Code::HostNotFound
            | Code::Unreachable
            | Code::Timeout
            | Code::Disconnected
            | Code::CertificateNotTrusted
            | Code::NoTls
            | Code::Tampered
            | Code::TooManyConnections
            | Code::ServerRefused
            | Code::NotThisProtocol => 3,
            Code::InvalidInput
            | Code::NotFound
            | Code::AlreadyThere
            | Code::ProfileBusy
            | Code::ProfileTooNew
            | Code::LastCopies
            | Code::Storage
            | Code::Internal => 1,
        };
        Self { exit, error }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        ApiError::from(error).into()
    }
}

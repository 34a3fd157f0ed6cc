# Toutes les phrases visibles de Pli, en français.

## Les lieux
place-all-inboxes = Toutes les réceptions
place-flagged = Signalés
place-drafts = Brouillons
place-outbox = Boîte d’envoi
place-accounts = Comptes
mailboxes = Boîtes
close-mailboxes = Fermer les boîtes
role-inbox = Réception
role-drafts = Brouillons
role-sent = Envoyés
role-archive = Archives
role-all = Tous les messages
role-junk = Indésirables
role-trash = Corbeille
unread-count =
    { $count ->
        [one] { $number } non lu
       *[other] { $number } non lus
    }
letters = Lettres

more-about = Plus sur { $name }
mailbox-name = Nom
new-mailbox-title = Nouvelle boîte chez { $account }
new-mailbox-inside-title = Nouvelle boîte dans { $name }
make-mailbox = Créer
rename-mailbox-title = Renommer { $name }
rename-mailbox = Renommer
remove-mailbox-title = Supprimer { $name } ?
remove-mailbox-text =
    { $count ->
        [0] Elle ne contient aucune lettre.
        [one] Sa lettre va à la corbeille.
       *[other] Ses { $number } lettres vont à la corbeille.
    }
remove-mailbox = Supprimer
mailbox-deleted = { $name } est supprimée.
mailbox-subscribed = Vous êtes abonné à { $name }.
mailbox-unsubscribed = Vous n’êtes plus abonné à { $name }.
empty-trash-title = Vider la corbeille de { $account } ?
empty-junk-title = Vider les indésirables de { $account } ?
empty-mailbox-imap =
    { $count ->
        [one] Une lettre est effacée définitivement, sur le serveur aussi.
       *[other] { $number } lettres sont effacées définitivement, sur le serveur aussi.
    }
empty-mailbox-pop3 =
    { $count ->
        [one] Une lettre est effacée définitivement. Le sort d’une copie sur le serveur se règle dans les détails du compte.
       *[other] { $number } lettres sont effacées définitivement. Le sort des copies sur le serveur se règle dans les détails du compte.
    }

## Les jours
time-on-day = { $day }, { $time }
day-this-week = Cette semaine
day-last-week = La semaine dernière

## La liste
unread = Non lu
answered = Répondu
flagged = Signalé
has-attachments = Avec pièces jointes
no-subject = (sans objet)
nobody = (sans expéditeur)
letters-selected =
    { $count ->
        [one] Une lettre choisie
       *[other] { $count } lettres choisies
    }
selection-cut = Les { $count } premières lettres sont choisies.
list-failed = Les lettres n’ont pas pu être lues
no-letters = Aucune lettre ici
nothing-flagged = Rien n’est signalé
nothing-flagged-text = Signalez une lettre pour la retrouver ici.
first-sync = Vos lettres arrivent
first-sync-count = { $done } sur { $total }, les plus récentes d’abord
first-sync-looking = Lecture des boîtes…
offline-text = Vous êtes hors ligne. Ce qui est sur cet ordinateur est ici ; le reste viendra dès que le serveur répondra.
sign-in-needed = Reconnectez-vous
sign-in-needed-text = Le serveur n’accepte plus le mot de passe de { $email }.

## Le pied
foot-idle = Prêt
foot-synced = À jour, { $time }
foot-problem = { $account } : { $problem }
foot-offline = { $account } : hors ligne
foot-offline-waiting =
    { $count ->
        [one] { $account } : hors ligne, un changement en attente
       *[other] { $account } : hors ligne, { $count } changements en attente
    }
foot-syncing = { $account } : { $done } lettres sur { $total }
foot-checking = { $account } : recherche de nouvelles…
sign-in = Se connecter
try-again = Réessayer

## La lecture
letter = Lettre
nothing-selected = Aucune lettre choisie
letter-fetching = La lettre arrive…
letter-not-here = Le texte de cette lettre n’est pas sur cet ordinateur.
letter-fetch-offline = Vous êtes hors ligne. Il viendra dès que la connexion sera rétablie.
letter-fetch-sign-in = Il viendra dès que vous serez reconnecté.
letter-more = Plus
keywords = Étiquettes
to-people = à { $people }
all-headers = Tous les en-têtes
header-from = De
header-to = À
header-cc = Cc
header-bcc = Cci
header-reply-to = Répondre à
header-date = Date
header-subject = Objet
remote-blocked =
    { $count ->
        [one] Une image distante n’a pas été chargée
       *[other] { $count } images distantes n’ont pas été chargées
    }{ $trackers ->
        [0] .
        [one] , un traceur écarté.
       *[other] , { $trackers } traceurs écartés.
    }
attachments = Pièces jointes
open-attachment = Ouvrir { $name }
save-attachment = Enregistrer { $name }
attachment-saved = { $name } est enregistré.
attachment-runs = { $name } s’exécuterait à l’ouverture. Si vous faites confiance à l’expéditeur, enregistrez-le plutôt.
save = Enregistrer
open = Ouvrir

## Les gestes
undo = Annuler
nothing-to-undo = Il n’y a rien à annuler.
undone-mark =
    { $count ->
        [one] Marquée comme avant : une lettre.
       *[other] Marquées comme avant : { $number } lettres.
    }
undone-move =
    { $count ->
        [one] Remise à sa place : une lettre.
       *[other] Remises à leur place : { $number } lettres.
    }
undone-copy =
    { $count ->
        [one] Copie retirée : une lettre.
       *[other] Copies retirées : { $number } lettres.
    }
undone-delete =
    { $count ->
        [one] Récupérée : une lettre.
       *[other] Récupérées : { $number } lettres.
    }
undone-mailbox =
    { $count ->
        [0] Les boîtes sont comme avant.
        [one] Les boîtes sont comme avant, avec une lettre.
       *[other] Les boîtes sont comme avant, avec { $number } lettres.
    }
undone-lost =
    { $count ->
        [one] Une lettre n’a pas pu être récupérée : elle n’est plus sur le serveur.
       *[other] { $number } lettres n’ont pas pu être récupérées : elles ne sont plus sur le serveur.
    }
dismiss = Fermer ce message
moved-to-trash =
    { $count ->
        [one] Mise à la corbeille.
       *[other] { $count } lettres mises à la corbeille.
    }
moved-to-archive =
    { $count ->
        [one] Archivée.
       *[other] { $count } lettres archivées.
    }
moved-to-junk =
    { $count ->
        [one] Classée indésirable.
       *[other] { $count } lettres classées indésirables.
    }
moved-to-mailbox =
    { $count ->
        [one] Déplacée vers { $name }.
       *[other] { $count } lettres déplacées vers { $name }.
    }

moved-to-inbox =
    { $count ->
        [one] Pas indésirable : remise à la réception.
       *[other] Pas indésirables : { $number } lettres remises à la réception.
    }
copied-to-mailbox =
    { $count ->
        [one] Copiée vers { $name }.
       *[other] { $number } lettres copiées vers { $name }.
    }
deleted-for-good =
    { $count ->
        [one] Effacée définitivement.
       *[other] { $number } lettres effacées définitivement.
    }
delete-for-good-title =
    { $count ->
        [one] Effacer cette lettre définitivement ?
       *[other] Effacer { $number } lettres définitivement ?
    }
letters-are-in =
    { $count ->
        [one] Elle est dans { $where }.
       *[other] Elles sont dans { $where }.
    }
letters-are-in-several = Elles sont dans plusieurs boîtes.
for-good-imap =
    { $count ->
        [one] Elle est effacée sur le serveur aussi.
       *[other] Elles sont effacées sur le serveur aussi.
    }
for-good-pop3 =
    { $count ->
        [one] Le sort d’une copie sur le serveur se règle dans les détails du compte.
       *[other] Le sort des copies sur le serveur se règle dans les détails du compte.
    }

## Ce qui n’existe que sur cet ordinateur
only-here = Seulement sur cet ordinateur
only-here-title = Pli ne connaît pas d’autre copie de cette lettre, ni sur un serveur ni ailleurs. Effacée définitivement, ou avec la perte de cet ordinateur, elle n’existe plus.
only-here-count =
    { $count ->
        [one] Une lettre n’est que sur cet ordinateur.
       *[other] { $number } lettres ne sont que sur cet ordinateur.
    }
only-here-some =
    { $count ->
        [one] Une d’elles peut être mise sur le serveur.
       *[other] { $number } d’entre elles peuvent être mises sur le serveur.
    }
upload = Mettre sur le serveur
upload-open = Mettre sur le serveur…
upload-title =
    { $count ->
        [one] Mettre une lettre sur le serveur ?
       *[other] Mettre { $number } lettres sur le serveur ?
    }
upload-text =
    { $count ->
        [one] Elle est mise sur le serveur avec ses marques et sa date, et vos autres appareils la verront. Elle reste aussi sur cet ordinateur.
       *[other] Elles sont mises sur le serveur avec leurs marques et leurs dates, et vos autres appareils les verront. Elles restent aussi sur cet ordinateur.
    }
upload-under-way =
    { $count ->
        [one] En cours : un changement doit encore aller au serveur.
       *[other] En cours : { $number } changements doivent encore aller au serveur.
    }
gate-looking = Recherche d’autres copies…
gate-grown = Cela a changé entre-temps : il y en a davantage.
loss-letters =
    { $which ->
        [only] Cette lettre n’existe que sur cet ordinateur. Elle sera perdue pour toujours.
        [all] Ces { $total } lettres n’existent que sur cet ordinateur. Elles seront perdues pour toujours.
       *[some] { $count ->
            [one] Une de ces { $total } lettres n’existe que sur cet ordinateur. Elle sera perdue pour toujours.
           *[other] { $number } de ces { $total } lettres n’existent que sur cet ordinateur. Elles seront perdues pour toujours.
        }
    }
loss-account =
    { $count ->
        [one] Une lettre de ce compte n’existe que sur cet ordinateur. Elle sera perdue pour toujours.
       *[other] { $number } lettres de ce compte n’existent que sur cet ordinateur. Elles seront perdues pour toujours.
    }
loss-unsent =
    { $count ->
        [one] Un brouillon ou une lettre non envoyée part avec le compte.
       *[other] { $number } brouillons et lettres non envoyées partent avec le compte.
    }
loss-leave =
    { $count ->
        [one] Une lettre que vous avez effacée ici est encore sur le serveur. Elle y sera effacée aussi, et perdue pour toujours.
       *[other] { $number } lettres que vous avez effacées ici sont encore sur le serveur. Elles y seront effacées aussi, et perdues pour toujours.
    }
loss-understood =
    { $count ->
        [one] Je comprends qu’une lettre n’existera plus nulle part.
       *[other] Je comprends que { $number } lettres n’existeront plus nulle part.
    }

## Écrire
composer = Nouvelle lettre
send = Envoyer
sending = Envoi…
attach = Joindre des fichiers
discard = Jeter
close-composer = Fermer et garder le brouillon
cc-bcc = Cc, Cci
letter-text = Texte de la lettre
letter-text-placeholder = Écrivez ici
draft-saving = Enregistrement…
draft-saved = Enregistré
draft-unsaved = Non enregistré
draft-kept = La lettre est gardée dans les brouillons.
draft-not-saved = Cette lettre n’a pas pu être enregistrée ; elle reste ouverte.
letter-on-its-way = Votre lettre est en route.
quote-line = Le { $date }, { $who } a écrit :
not-an-address = « { $entry } » n’est pas une adresse complète
remove-recipient = Retirer { $who }
remove-attachment = Retirer { $name }
discard-title = Jeter cette lettre ?
discard-text = Ce que vous avez écrit sera perdu.
keep-writing = Continuer à écrire
no-drafts = Aucun brouillon
no-recipient = (sans destinataire)

## La boîte d’envoi
outbox-empty = Rien en route
outbox-queued = En attente d’envoi
outbox-queued-text = Elle partira dès que le serveur répondra.
outbox-sending = En cours d’envoi
outbox-sending-text = Le serveur reçoit la lettre.
outbox-committing = Presque envoyée
outbox-committing-text = Toute la lettre est partie ; on attend la réponse du serveur.
outbox-unknown = Peut-être envoyée
outbox-unknown-text = La connexion s’est rompue avant la réponse du serveur. Cherchez la lettre dans Envoyés, ou demandez au destinataire, avant de la renvoyer.
outbox-sent = Envoyée
outbox-sent-text = Le serveur a pris la lettre.
outbox-failed = Non envoyée
outbox-failed-text = Le serveur a refusé la lettre. Reprenez-la pour la corriger, ou réessayez.
outbox-cancelled = Reprise
outbox-cancelled-text = Elle n’a pas été envoyée.
outbox-created = Écrite
outbox-attempts = Essais
outbox-next = Prochain essai
outbox-copy = Copie dans Envoyés
outbox-filed = Classée
outbox-not-filed = Pas encore
outbox-recipients = Destinataires
outbox-take-back = Reprendre
recipient-accepted = accepté
recipient-refused = refusé
retry-title = L’envoyer encore ?
retry-text = Cette lettre est peut-être déjà arrivée. Renvoyée, elle peut arriver deux fois.
send-again = Renvoyer

## Les comptes
welcome = Bienvenue dans Pli
welcome-text = Ajoutez le compte dont vous voulez lire le courrier ici.
form-name = Votre nom
form-email = Adresse de courriel
form-password = Mot de passe
form-mode = Comment le courrier est lu
mode-imap = garde votre courrier sur le serveur, le même sur tous vos appareils.
mode-pop3 = télécharge votre courrier sur cet ordinateur. Des copies restent sur le serveur.
form-incoming-imap = Serveur IMAP
form-incoming-pop3 = Serveur POP3
form-outgoing = Serveur d’envoi (SMTP)
form-host = mail.example.org
form-port = Port
form-security = Sécurité
form-user = Nom de connexion
security-tls = TLS
security-starttls = STARTTLS
security-plain = Aucune (local)
servers-usual = Les serveurs sont déduits de votre adresse.
servers-looking = Recherche des serveurs…
servers-verified = Les deux serveurs ont répondu.
servers-guessed = Ce sont les serveurs habituels ; aucun n’a encore répondu.
servers-consent = Seul le DNS nomme ces serveurs, et ils sont hors du domaine de votre adresse : { $hosts }. Je les connais et leur confie mon mot de passe.
add-account = Ajouter le compte
account-checking = Vérification des deux serveurs…
account-added = Le compte est ajouté.
sync-account = Relever le courrier
sign-in-again = Se reconnecter
sign-in-title = Connexion à { $email }
password-checking = Vérification du mot de passe…
remove-account = Retirer le compte
remove-title = Retirer { $email } ?
remove-text = Le compte et ses lettres quittent cet ordinateur. Rien n’est effacé sur le serveur.
details = Détails
details-server = Serveur
details-software-unknown = Il ne dit pas son nom.
details-checked = vérifié
details-not-known = La meilleure façon de travailler avec lui sera connue quand il répondra.
details-distrusted = { $name } n’est plus utilisé.
details-since = Depuis le { $date }.
details-missing = Il n’a pas : { $names }
details-here = Sur cet ordinateur
details-bodies-here =
    { $count ->
        [0] Aucune lettre n’est ici en entier.
        [one] Une lettre est ici en entier.
       *[other] { $number } lettres sont ici en entier.
    }
details-bodies-missing =
    { $count ->
        [one] D’une lettre, seul l’en-tête est ici ; le reste fait { $size }.
       *[other] De { $number } lettres, seul l’en-tête est ici ; le reste fait { $size }.
    }
extension-qresync = Ne demande que ce qui a changé ou disparu
extension-condstore = Ne demande que ce qui a changé
extension-list-status = Voit toutes les boîtes d’un coup d’œil
extension-notify = Apprend aussitôt les nouvelles de chaque boîte
extension-idle = Apprend aussitôt les nouvelles de la réception
extension-compress-deflate = Envoie moins sur la ligne
extension-move = Déplace les lettres en une fois
extension-uidplus = N’efface que les lettres voulues
extension-objectid = Reconnaît une lettre dans toute boîte
extension-x-gm-ext-1 = Ne prend qu’une fois une lettre à plusieurs libellés
keep = Garder sur cet ordinateur
keep-everything = Tout
keep-everything-text = Chaque lettre en entier, à lire et à chercher même sans connexion.
keep-months = Depuis
keep-months-text = Les lettres plus anciennes restent dans la liste et viennent quand vous les ouvrez.
keep-months-count =
    { $count ->
        [one] un mois
       *[other] { $count } mois
    }
keep-span = Combien de mois
keep-headers = Seulement les en-têtes
keep-headers-text = Chaque lettre est dans la liste et vient quand vous l’ouvrez.
keep-all-pop3 = Chaque lettre est gardée : par POP3, il n’y en a peut-être pas d’autre copie.
leave = Garder sur le serveur
leave-everything = Tout
leave-everything-text = Rien n’y est effacé, quoi que vous effaciez ici.
leave-days = Pendant
leave-days-unit =
    { $count ->
        [one] jour
       *[other] jours
    }
leave-days-field = Combien de jours
leave-days-text = Chaque lettre y est effacée ce nombre de jours après son arrivée sur cet ordinateur.
leave-until_deleted = Jusqu’à l’effacement ici
leave-until_deleted-text = Les lettres que vous effacez définitivement ici y sont effacées aussi.
leave-nothing = Rien
leave-nothing-text = Chaque lettre y est effacée dès qu’elle est en sûreté sur cet ordinateur.
leave-title-days =
    { $count ->
        [one] Effacer les lettres du serveur après un jour ?
       *[other] Effacer les lettres du serveur après { $count } jours ?
    }
leave-title-until_deleted = Effacer les lettres du serveur aussi ?
leave-title-nothing = Effacer les lettres du serveur ?
leave-ask-days =
    { $count ->
        [one] Chaque lettre est effacée du serveur un jour après son arrivée ici, une fois en sûreté sur cet ordinateur.
       *[other] Chaque lettre est effacée du serveur { $count } jours après son arrivée ici, une fois en sûreté sur cet ordinateur.
    }
leave-ask-until_deleted = Les lettres que vous effacez définitivement ici sont effacées du serveur aussi.
leave-ask-nothing = Les lettres sont effacées du serveur une fois en sûreté sur cet ordinateur.
leave-then = Vos autres appareils ne les y trouvent plus, et cet ordinateur a les seules copies : faites-en une sauvegarde.
leave-ok-days =
    { $count ->
        [one] Effacer après un jour
       *[other] Effacer après { $count } jours
    }
leave-ok-until_deleted = Effacer aussi du serveur
leave-ok-nothing = Effacer du serveur
how-read = Comment ce compte est lu
how-read-imap = IMAP : le même que sur le serveur et vos autres appareils.
how-read-pop3 = POP3 : téléchargé sur cet ordinateur.
change-mode-open = Lire par { $mode }…
change-mode-title = Lire { $email } par { $mode }
change-mode-password-hint = Laissez vide pour utiliser le mot de passe gardé.
change-mode-see = Voir ce qui changerait
change-mode-nothing-yet = Rien n’est changé avant que vous le disiez.
change-mode-asking = Connexion et comparaison…
change-mode-promise-pop3 = Chaque lettre est d’abord apportée sur cet ordinateur. Rien n’est effacé sur le serveur.
change-mode-promise-imap = Les lettres que seul cet ordinateur a restent ici. Ce que vous avez fait entre-temps est dit au serveur. Rien n’est effacé.
change-mode-ok = Lire par { $mode }
change-mode-comparing = Comparaison avec le serveur…
change-mode-count =
    { $count ->
        [one] { $done } lettre sur { $total }
       *[other] { $done } lettres sur { $total }
    }
change-mode-percent = { $percent } pour cent
change-mode-stop = Arrêter
change-mode-stop-hint = Si vous arrêtez, le compte reste comme il était ; ce qui a été pris est gardé.
change-mode-stopped = Arrêté : le compte est lu comme avant. Ce qui a été pris est gardé.
change-mode-stopping = Arrêt…
change-mode-done = { $email } est maintenant lu par { $mode }.
server-own = Le serveur tel que vous l’avez écrit.
server-usual = Le serveur est déduit de votre adresse.
server-verified = Le serveur a répondu.
server-guessed = C’est le serveur habituel ; il n’a pas encore répondu.
server-consent = Seul le DNS nomme ce serveur, et il est hors du domaine de votre adresse : { $host }. Je le connais et lui confie mon mot de passe.
outlook-both-imap = Lettres ici et sur le serveur
outlook-both-pop3 = Lettres ici et dans la boîte de réception du serveur
outlook-only-here-imap = Seulement sur cet ordinateur
outlook-only-here-pop3 = Ici, et non dans la boîte de réception du serveur
outlook-only-there-imap = Seulement sur le serveur
outlook-only-there-pop3 = Seulement dans la boîte de réception du serveur
outlook-fetch = À prendre
outlook-fetch-nothing = rien
outlook-fetch-unknown = le serveur ne le dit pas avant
outlook-waiting = Changements qui vont d’abord au serveur
outlook-pop3 =
    { $count ->
        [0] La réception reste sur le serveur.
        [one] La réception reste sur le serveur ; une autre boîte, avec { $lettersCount ->
            [one] une lettre
           *[other] { $letters } lettres
        }, devient une boîte de cet ordinateur.
       *[other] La réception reste sur le serveur ; { $mailboxes } autres boîtes, avec { $lettersCount ->
            [one] une lettre
           *[other] { $letters } lettres
        }, deviennent des boîtes de cet ordinateur.
    }
outlook-imap =
    { $count ->
        [one] Une boîte est sur le serveur.
       *[other] { $number } boîtes sont sur le serveur.
    }
outlook-stay = Restent sur cet ordinateur : { $names }.
outlook-more = { $count } autres
back = Retour
close = Fermer
cancel = Annuler

## Le coffre
passphrase = Phrase secrète
passphrase-again = La même encore une fois
passphrases-differ = Les deux ne sont pas les mêmes.
vault-locked = Pli est verrouillé
vault-locked-text = Les mots de passe de vos comptes sont gardés sous votre phrase secrète. Tapez-la pour continuer.
vault-passphrase_needed = Choisissez une phrase secrète
vault-passphrase_needed-text = Cet ordinateur n’offre pas de trousseau pour les mots de passe. Pli les garde chiffrés sous une phrase de votre choix et la demande à chaque démarrage. Elle ne peut pas être retrouvée.
vault-keychain_unavailable = Le trousseau ne répond pas
vault-keychain_unavailable-text = Vos mots de passe sont dans le trousseau de cet ordinateur, qui ne répond pas. Déverrouillez-le, puis réessayez.
vault-open = Déverrouiller
vault-make = Garder les mots de passe
vault-later = Pas maintenant

## Les touches
keyboard = Clavier
or = ou
group-list = Lettres de la liste
group-letter = Les lettres choisies
group-writing = Écrire
group-mailbox = Les boîtes
group-window = Se déplacer
command-next = Lettre suivante
command-previous = Lettre précédente
command-open = Ouvrir
command-page-down = Plus bas
command-page-up = Plus haut
command-first = Première lettre
command-last = Dernière lettre
command-extend-next = Choisir aussi la suivante
command-extend-previous = Choisir aussi la précédente
command-select-all = Tout choisir
command-archive = Archiver
command-delete = Mettre à la corbeille
command-delete-for-good = Effacer définitivement
command-junk = Indésirable ou non
command-to-junk = Mettre aux indésirables
command-not-junk = Pas indésirable
command-move = Déplacer vers une boîte
command-copy = Copier vers une boîte
command-flag = Signaler
command-unflag = Retirer le signal
command-unread = Marquer comme non lu
command-read = Marquer comme lu
command-compose = Nouvelle lettre
command-reply = Répondre
command-reply-all = Répondre à tous
command-forward = Transférer
command-send = Envoyer
command-mailbox-menu = Menu de la boîte
command-mailbox-new = Nouvelle boîte
command-mailbox-new-inside = Nouvelle boîte à l’intérieur
command-mailbox-rename = Renommer
command-mailbox-delete = Supprimer
command-mailbox-subscribe = S’abonner
command-mailbox-unsubscribe = Se désabonner
command-mailbox-empty = Vider la corbeille ou les indésirables
command-empty-trash = Vider la corbeille
command-empty-junk = Vider les indésirables
command-undo = Annuler
command-go = Aller à une boîte
command-go-inbox = Toutes les réceptions
command-go-flagged = Signalés
command-go-drafts = Brouillons
command-go-outbox = Boîte d’envoi
command-accounts = Comptes
command-sync = Relever le courrier
command-help = Touches
command-back = Retour, fermer
mailbox-filter = Nom d’une boîte
no-such-mailbox = Aucune boîte de ce nom

## Ce qui peut aller mal : ce que c’est et que faire
start-failed = Pli ne peut pas démarrer
problem-invalid_input = Quelque chose dans ce formulaire n’est pas juste.
problem-invalid_input-email = Écrivez l’adresse entière, comme nom@example.org.
problem-invalid_input-password = Le mot de passe manque.
problem-invalid_input-user = Le nom de connexion n’est pas juste.
problem-invalid_input-consent = Vérifiez d’abord le nom des serveurs, et dites que vous leur faites confiance.
problem-invalid_input-incoming = Donnez le nom du serveur et un port de 1 à 65535.
problem-invalid_input-outgoing = Donnez le nom du serveur et un port de 1 à 65535.
problem-invalid_input-to = Un destinataire manque ou n’est pas une adresse complète.
problem-invalid_input-mailbox = Une boîte ne peut pas porter ce nom.
problem-invalid_input-days = Donnez un nombre de jours de 1 à 999.
problem-invalid_input-attachments = Un fichier joint ne peut plus être lu. Retirez-le ou joignez-le à nouveau.
problem-not_found = Ceci n’est plus ici.
problem-already_there = Ce compte est déjà ici.
problem-host_not_found = Aucun serveur ne porte ce nom. Vérifiez comment il est écrit.
problem-unreachable = Le serveur n’accepte pas de connexion sur ce port. Vérifiez le port, ou essayez l’autre sécurité.
problem-timeout = Le serveur n’a pas répondu à temps. Vérifiez le nom et le port, ou réessayez plus tard.
problem-disconnected = La connexion s’est rompue. Réessayez.
problem-certificate_not_trusted = Le serveur ne peut pas prouver qui il est. Vérifiez son nom ; s’il est juste, ne continuez pas avant que son propriétaire ait réparé le certificat.
problem-no_tls = Le serveur n’offre pas de chiffrement sur ce port ; aucun mot de passe n’a été envoyé. Essayez TLS avec son propre port.
problem-tampered = Quelqu’un altère peut-être la connexion. Aucun mot de passe n’a été envoyé. Essayez depuis un autre réseau.
problem-sign_in_refused = Le serveur n’accepte pas ce nom et ce mot de passe. Certains fournisseurs veulent un mot de passe d’application, fait pour les logiciels de courrier.
problem-too_many_connections = Le serveur a trop de connexions de vous. Fermez d’autres logiciels de courrier ou attendez quelques minutes.
problem-server_refused = Le serveur a refusé.
problem-not_this_protocol = Quelque chose répond là, mais pas ce genre de serveur. Vérifiez le port, ou si c’est IMAP ou POP3.
problem-vault_locked = Pli est verrouillé : les mots de passe ne peuvent pas être lus.
problem-wrong_passphrase = Ce n’est pas la phrase secrète.
problem-vault_unavailable = Les mots de passe ne peuvent être ni gardés ni lus : le trousseau ne répond pas.
problem-profile_busy = Pli est déjà ouvert. Utilisez l’autre fenêtre, ou fermez-la d’abord.
problem-profile_too_new = Un Pli plus récent a utilisé ce courrier. Installez la dernière version.
problem-last_copies = Certaines de ces lettres n’existent que sur cet ordinateur ; rien n’a été fait.
problem-storage = Le disque de cet ordinateur a refusé. Vérifiez qu’il reste de la place.
problem-internal = Quelque chose s’est mal passé dans Pli.

## La même chose en peu de mots, pour le pied
short-invalid_input = les réglages ne sont pas justes
short-not_found = introuvable
short-already_there = déjà là
short-host_not_found = serveur introuvable
short-unreachable = serveur injoignable
short-timeout = le serveur ne répond pas
short-disconnected = la connexion s’est rompue
short-certificate_not_trusted = certificat non sûr
short-no_tls = le serveur n’offre pas de chiffrement
short-tampered = connexion altérée
short-sign_in_refused = mot de passe refusé
short-too_many_connections = trop de connexions
short-server_refused = le serveur a refusé
short-not_this_protocol = mauvais genre de serveur
short-vault_locked = Pli est verrouillé
short-wrong_passphrase = mauvaise phrase secrète
short-vault_unavailable = le trousseau ne répond pas
short-profile_busy = Pli est déjà ouvert
short-profile_too_new = il faut un Pli plus récent
short-last_copies = des copies uniques seraient perdues
short-storage = le disque a refusé
short-internal = quelque chose s’est mal passé

//! Whose key signs: the projects of a deployment, which keep their certificates to themselves.

use crate::token::whiteboard::{WhiteboardSecretKey, WhiteboardToken};
use crate::token::{AccessToken, AccessToken2, AppCertificate, AppId, BuildError, SignatureOf};
use std::fmt;

/// A project of Agora Console.
pub(crate) struct Project {
    app_id: AppId,
    certificate: AppCertificate,
    /// The other certificate while one replaces the other: it never signs, but a token it signed is
    /// still recognised.
    secondary_certificate: Option<AppCertificate>,
    whiteboard: Option<Whiteboard>,
}

/// The key pair of a whiteboard app.
pub(crate) struct Whiteboard {
    /// The public part, which travels in each token.
    pub(crate) access_key: String,
    /// The part that signs.
    pub(crate) secret_key: WhiteboardSecretKey,
}

/// Which of a project's keys signed a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SigningKey {
    Primary,
    Secondary,
}

impl Project {
    pub(crate) fn new(
        app_id: AppId,
        certificate: AppCertificate,
        secondary_certificate: Option<AppCertificate>,
        whiteboard: Option<Whiteboard>,
    ) -> Self {
        Self {
            app_id,
            certificate,
            secondary_certificate,
            whiteboard,
        }
    }

    /// The project's public name.
    pub(crate) fn app_id(&self) -> AppId {
        self.app_id
    }

    /// The public part of the whiteboard's key pair, if there is one.
    pub(crate) fn access_key(&self) -> Option<&str> {
        let keys = self.whiteboard.as_ref();
        keys.map(|keys| keys.access_key.as_str())
    }

    pub(crate) fn sign(&self, token: &AccessToken2) -> Result<String, BuildError> {
        token.build(&self.certificate)
    }

    pub(crate) fn sign_006(&self, token: &AccessToken) -> Result<String, BuildError> {
        token.build(&self.certificate)
    }

    /// `None` where the project has no whiteboard keys.
    pub(crate) fn sign_whiteboard(&self, token: &WhiteboardToken) -> Option<String> {
        let keys = self.whiteboard.as_ref()?;
        Some(token.build(&keys.secret_key))
    }

    /// Which of the project's keys signed a token; `None` for neither.
    pub(crate) fn signing_key(&self, token: SignatureOf<'_>) -> Option<SigningKey> {
        let by = |certificate: &AppCertificate| match token {
            SignatureOf::V007(token) => token.verify(certificate),
            SignatureOf::V006(token, channel, uid) => token.verify(certificate, channel, uid),
            SignatureOf::Whiteboard(_) => false,
        };
        if let SignatureOf::Whiteboard(token) = token {
            let keys = self.whiteboard.as_ref()?;
            return token
                .verify(&keys.secret_key)
                .then_some(SigningKey::Primary);
        }
        if by(&self.certificate) {
            return Some(SigningKey::Primary);
        }
        let secondary = self.secondary_certificate.as_ref();
        secondary.is_some_and(by).then_some(SigningKey::Secondary)
    }

    /// Whether a text is one of the project's secrets. Takes the same time wherever they differ.
    pub(crate) fn is_secret(&self, text: &str) -> bool {
        let certificates = [Some(&self.certificate), self.secondary_certificate.as_ref()];
        let mut certificates = certificates.into_iter().flatten();
        certificates.any(|certificate| certificate.is_text(text))
            || self
                .whiteboard
                .as_ref()
                .is_some_and(|keys| keys.secret_key.is_text(text))
    }
}

/// Every project of the deployment.
pub(crate) struct Projects {
    default: Project,
    others: Vec<Project>,
}

impl Projects {
    pub(crate) fn new(default: Project, others: Vec<Project>) -> Self {
        Self { default, others }
    }

    /// The project with this App ID, or the default one.
    pub(crate) fn find(&self, app_id: Option<AppId>) -> Option<&Project> {
        match app_id {
            None => Some(&self.default),
            Some(wanted) => self.iter().find(|project| project.app_id == wanted),
        }
    }

    /// The App ID of the project that signs where a request doesn't say.
    #[cfg(feature = "lambda")]
    pub(crate) fn default_app_id(&self) -> AppId {
        self.default.app_id
    }

    /// Every project, the default one first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Project> {
        std::iter::once(&self.default).chain(&self.others)
    }
}

/// App IDs only: certificates have no place in any output.
impl fmt::Debug for Projects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|project| project.app_id))
            .finish()
    }
}

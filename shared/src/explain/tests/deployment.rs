//! What the deployment of these tests knows. With the rooms that hold a secret it is what a deployment
//! answers; without them, these tests have an answer of their own.

use super::*;
use crate::explain::Knowledge;

/// What `asker` may know; without one, the secret cannot be had.
#[cfg(feature = "rooms")]
pub(super) fn knowledge(asker: Option<Asker>, speaker: Speaker, now: u64) -> Box<dyn Knowledge> {
    use crate::InspectContext;
    let document = format!(
        r#"{{"defaultAppId":"{APP_ID}","apiKey":"{API_KEY}","projects":[
            {{"appId":"{APP_ID}","appCertificate":"{CERTIFICATE}","secondaryCertificate":"{SECONDARY}",
              "whiteboard":{{"accessKey":"{ACCESS_KEY}","secretKey":"{SECRET_KEY}"}}}},
            {{"appId":"{OTHER_APP_ID}","appCertificate":"{OTHER_CERTIFICATE}"}}]}}"#
    );
    let secret = crate::secret::Secret::parse(&document).unwrap();
    let context = match asker {
        None => InspectContext::for_anybody(None, now),
        Some(Asker::Service(own)) => InspectContext::for_holder(secret, own, now),
        Some(Asker::Anybody) => InspectContext::for_holder(secret, None, now).for_others(),
    };
    Box::new(context.with_speaker(speaker))
}

#[cfg(not(feature = "rooms"))]
pub(super) fn knowledge(asker: Option<Asker>, speaker: Speaker, _: u64) -> Box<dyn Knowledge> {
    Box::new(alone::Deployment::of(asker, speaker))
}

#[cfg(not(feature = "rooms"))]
mod alone {
    use super::*;
    use crate::KnownProjects;
    use crate::explain::Signer;
    use crate::token::SignatureOf;

    pub(super) struct Deployment {
        asker: Option<Asker>,
        speaker: Speaker,
        all: KnownProjects,
        /// What the asker's key is good for.
        reach: KnownProjects,
    }

    fn projects(own: Option<AppId>) -> KnownProjects {
        let mut projects = KnownProjects::new();
        for (app_id, certificate, secondary) in [
            (APP_ID, CERTIFICATE, Some(SECONDARY)),
            (OTHER_APP_ID, OTHER_CERTIFICATE, None),
        ] {
            if own.is_none_or(|own| own.as_str() == app_id) {
                let secondary = secondary.map(|text| text.parse().unwrap());
                let (app_id, certificate) = (app_id.parse().unwrap(), certificate.parse().unwrap());
                projects = projects.with_project(app_id, certificate, secondary);
            }
        }
        projects.with_whiteboard(ACCESS_KEY, SECRET_KEY.parse().unwrap())
    }

    impl Deployment {
        pub(super) fn of(asker: Option<Asker>, speaker: Speaker) -> Self {
            let own = match asker {
                Some(Asker::Service(own)) => own,
                _ => None,
            };
            Self {
                asker,
                speaker,
                all: projects(None),
                reach: projects(own),
            }
        }

        fn is_service(&self) -> bool {
            matches!(self.asker, Some(Asker::Service(_)))
        }
    }

    impl Knowledge for Deployment {
        fn knows_app_id(&self, app_id: &str) -> Option<bool> {
            self.asker.and_then(|_| self.all.knows_app_id(app_id))
        }

        fn knows_access_key(&self, access_key: &str) -> Option<bool> {
            self.asker
                .and_then(|_| self.all.knows_access_key(access_key))
        }

        fn is_api_key(&self, text: &str) -> bool {
            self.is_service() && text == API_KEY
        }

        fn is_secret(&self, text: &str) -> bool {
            self.is_service() && self.reach.is_secret(text)
        }

        fn signer(&self, app_id: &str, signature: SignatureOf<'_>) -> Signer {
            if !self.is_service() {
                return Signer::NotForAnybody;
            }
            match self.reach.signer(app_id, signature) {
                Signer::UnknownProject if self.all.knows_app_id(app_id) == Some(true) => {
                    Signer::KeyOfOtherProject
                }
                signer => signer,
            }
        }

        fn whiteboard_signer(&self, access_key: &str, signature: SignatureOf<'_>) -> Signer {
            match self.is_service() {
                true => self.reach.whiteboard_signer(access_key, signature),
                false => Signer::NotForAnybody,
            }
        }

        fn speaker(&self) -> Speaker {
            self.speaker
        }
    }
}

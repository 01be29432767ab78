//! What a principal may have.

use super::principal::Caller;
use super::{Access, Misconfigured, NamePattern, Principal, Projects, Rules, Wildcards};
use crate::grant::{Part, Room, TokenRequest};
use crate::params::Lifetime;
use crate::token::AppId;

/// An ask that its caller may have. Only access control makes one, and only one of these is signed.
#[derive(Debug)]
pub struct Authorised {
    request: TokenRequest,
    lifetime: Lifetime,
}

impl Authorised {
    /// What may be signed.
    pub fn request(&self) -> &TokenRequest {
        &self.request
    }

    /// How long it may live.
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }
}

/// The rule by which something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeniedRule {
    /// A kind of token that is not granted.
    TokenType,
    /// A 006 token, which its bearer could cut anew.
    LegacyToken,
    /// A token that administers a whole project, for somebody who is no service.
    AppPrivilege,
    /// A right to publish.
    Role,
    /// A role in a room of Education.
    EducationRole,
    /// A token for many channels, rooms or users.
    Wildcard,
    /// The same that can do more than receive.
    WildcardRole,
    /// A channel that fits none of the patterns.
    Channel,
    /// A room that fits none of the patterns.
    Room,
    /// RTM permissions.
    RtmPermissions,
    /// A longer lifetime than is granted, or than the caller's JWT has left.
    Lifetime,
    /// Several tokens in one call.
    Batch,
    /// Another project.
    Project,
    /// Another's identity.
    Identity,
    /// An identity of the caller's own that cannot be used where it is needed.
    IdentityUnusable,
    /// Anything, while the policy is broken.
    Policy,
}

impl DeniedRule {
    /// The rule's stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::TokenType => "denied_token_type",
            Self::LegacyToken => "denied_legacy_token",
            Self::AppPrivilege => "denied_app_privilege",
            Self::Role => "denied_role",
            Self::EducationRole => "denied_education_role",
            Self::Wildcard => "denied_wildcard",
            Self::WildcardRole => "denied_wildcard_role",
            Self::Channel => "denied_channel",
            Self::Room => "denied_room",
            Self::RtmPermissions => "denied_rtm_permissions",
            Self::Lifetime => "denied_lifetime",
            Self::Batch => "denied_batch",
            Self::Project => "denied_project",
            Self::Identity => "denied_identity",
            Self::IdentityUnusable => "denied_identity_unusable",
            Self::Policy => "denied_policy",
        }
    }
}

/// A refusal: the caller is known, and may not have this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// The rule.
    pub rule: DeniedRule,
    /// The rule in words.
    pub detail: String,
}

impl Denied {
    pub(super) fn new(rule: DeniedRule, detail: impl Into<String>) -> Self {
        Self {
            rule,
            detail: detail.into(),
        }
    }
}

/// What an ask is judged by, besides the caller and the policy.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    /// The project that signs when a request doesn't say.
    pub default_app_id: AppId,
    /// The Unix time in milliseconds.
    pub now: u64,
}

impl Access {
    /// Judges an ask.
    ///
    /// What falls outside the rules is refused, never silently dropped. What the ask leaves open (the
    /// identity, the lifetime, the project) becomes what the caller may have.
    ///
    /// # Errors
    /// [`Denied`] names the rule; the ask comes back with it, for the audit line.
    pub fn authorise(
        &self,
        principal: &Principal,
        mut request: TokenRequest,
        circumstances: Circumstances,
    ) -> Result<Authorised, (Denied, TokenRequest)> {
        match self.judge(principal, &mut request, circumstances) {
            Ok(lifetime) => Ok(Authorised { request, lifetime }),
            Err(denied) => Err((denied, request)),
        }
    }

    /// Judges whether the caller may ask for several tokens in one call.
    ///
    /// # Errors
    /// [`Denied`] where the policy doesn't grant it.
    pub fn authorise_batch(&self, principal: &Principal) -> Result<(), Denied> {
        match self.rules(principal)? {
            Some(rules) if !rules.batches => Err(Denied::new(
                DeniedRule::Batch,
                "several tokens in one call are not granted to you; ask for one at a time",
            )),
            _ => Ok(()),
        }
    }

    /// The rules that hold for a caller; none for services.
    fn rules(&self, principal: &Principal) -> Result<Option<&Rules>, Denied> {
        let policy = match &principal.0 {
            Caller::Service { .. } => return Ok(None),
            // Nobody else is recognised where there is no policy to judge by.
            _ => self.policy.as_ref().map_err(|Misconfigured| {
                Denied::new(
                    DeniedRule::Policy,
                    "nothing is granted while the policy is broken",
                )
            })?,
        };
        Ok(Some(match &principal.0 {
            Caller::Anonymous => &policy.anonymous,
            _ => &policy.user,
        }))
    }

    fn judge(
        &self,
        principal: &Principal,
        request: &mut TokenRequest,
        Circumstances {
            default_app_id,
            now,
        }: Circumstances,
    ) -> Result<Lifetime, Denied> {
        let usual = request
            .default_lifetime
            .unwrap_or_else(|| request.grant.default_lifetime());
        let identity = match &principal.0 {
            Caller::User { identity, .. } => Some(identity),
            _ => {
                request.apply_fallback_uid();
                None
            }
        };
        let Some(rules) = self.rules(principal)? else {
            if let Some(own) = principal.key_project()
                && *request.app_id.get_or_insert(own) != own
            {
                let detail = format!("this API key is good for the project {own} only");
                return Err(Denied::new(DeniedRule::Project, detail));
            }
            return Ok(request.lifetime.unwrap_or(usual));
        };
        for part in request.grant.parts() {
            rules.check_kind(&part)?;
        }
        if let Some(identity) = identity {
            for slot in request.grant.identities() {
                identity.bind(slot, rules.wildcards)?;
            }
        }
        let subject = identity.map(|identity| identity.subject.as_str());
        let parts = request.grant.parts();
        rules.check_wildcards(&parts)?;
        for part in &parts {
            rules.check_part(part, subject)?;
        }
        request.app_id = Some(rules.project(request.app_id, default_app_id)?);
        let left = match &principal.0 {
            Caller::User { expires_at, .. } if rules.within_jwt => {
                expires_at.saturating_sub(now / 1000)
            }
            _ => u64::MAX,
        };
        rules.lifetime(request.lifetime, usual, left)
    }
}

impl Rules {
    fn check_kind(&self, part: &Part<'_>) -> Result<(), Denied> {
        // Whatever the policy says: such a token is the project's, and nobody's own.
        if part.administers {
            return Err(Denied::new(
                DeniedRule::AppPrivilege,
                "a token that administers the whole project is for services with an API key only",
            ));
        }
        if !self.token_types.iter().any(|name| name == part.token_type) {
            return Err(Denied::new(
                DeniedRule::TokenType,
                format!(
                    "tokens of the type `{}` are not granted to you",
                    part.token_type
                ),
            ));
        }
        if part.legacy && !self.legacy_tokens {
            return Err(Denied::new(
                DeniedRule::LegacyToken,
                "tokens in the 006 format are not granted to you, for they can be cut anew for other channels and users; ask for 007",
            ));
        }
        Ok(())
    }

    /// A wildcard is judged with the whole token: its bearer has all of its parts at once.
    fn check_wildcards(&self, parts: &[Part<'_>]) -> Result<(), Denied> {
        if !parts.iter().any(Part::is_wildcard) {
            return Ok(());
        }
        match self.wildcards {
            Wildcards::None => Err(Denied::new(
                DeniedRule::Wildcard,
                "a token for many channels, rooms or users is not granted to you; name one of each",
            )),
            Wildcards::Subscriber if !parts.iter().all(Part::only_receives) => Err(Denied::new(
                DeniedRule::WildcardRole,
                "a token for many channels, rooms or users is granted to you only if it can do no more than receive",
            )),
            Wildcards::Subscriber | Wildcards::Any => Ok(()),
        }
    }

    fn check_part(&self, part: &Part<'_>, subject: Option<&str>) -> Result<(), Denied> {
        if part.publishes && !self.publisher {
            return Err(Denied::new(
                DeniedRule::Role,
                "the right to publish is not granted to you; ask for the role `subscriber`, and for no stream channel to write in",
            ));
        }
        if let (Some(role), Some(granted)) = (part.education_role, &self.education_roles)
            && !granted.contains(&role)
        {
            return Err(Denied::new(
                DeniedRule::EducationRole,
                format!("the role {role} of Education is not granted to you"),
            ));
        }
        let fits = |patterns: &[NamePattern], name: &str| {
            patterns
                .iter()
                .any(|pattern| pattern.matches(name, subject))
        };
        if part.channels.iter().any(|name| !fits(&self.channels, name)) {
            return Err(Denied::new(
                DeniedRule::Channel,
                "this channel is not granted to you",
            ));
        }
        let rooms = self.rooms.as_ref().unwrap_or(&self.channels);
        let granted = match part.room {
            None => true,
            Some(Room::Named(room)) => fits(rooms, room),
            Some(Room::Any) => rooms.iter().any(NamePattern::is_any),
        };
        if !granted {
            return Err(Denied::new(
                DeniedRule::Room,
                "this room is not granted to you; a token for no room in particular needs all of them",
            ));
        }
        if part.permissions && !self.rtm_permissions {
            return Err(Denied::new(
                DeniedRule::RtmPermissions,
                "RTM permissions are not granted to you; leave out `permissions`",
            ));
        }
        Ok(())
    }

    /// The project that signs: the one that was asked for, if it may be had; otherwise the deployment's
    /// default, or the first that may be had where that one may not.
    fn project(&self, asked: Option<AppId>, default: AppId) -> Result<AppId, Denied> {
        let granted = |app_id: &AppId| match &self.projects {
            Projects::All => true,
            Projects::Default => *app_id == default,
            Projects::Listed(listed) => listed.contains(app_id),
        };
        match (asked, &self.projects) {
            (Some(asked), _) if granted(&asked) => Ok(asked),
            (Some(_), _) => Err(Denied::new(
                DeniedRule::Project,
                "this project is not granted to you; leave out `appId`",
            )),
            (None, Projects::Listed(listed)) if !granted(&default) => {
                Ok(listed.first().copied().unwrap_or(default))
            }
            (None, _) => Ok(default),
        }
    }

    /// The life that was asked for, if it may be had; otherwise the usual one, as far as it may.
    /// `left`: the seconds until the caller's own JWT ends.
    fn lifetime(
        &self,
        asked: Option<Lifetime>,
        usual: Lifetime,
        left: u64,
    ) -> Result<Lifetime, Denied> {
        let within = Lifetime::at_most(left).ok_or_else(|| {
            Denied::new(
                DeniedRule::Lifetime,
                "your JWT is at its end; get a new one first",
            )
        })?;
        let most = self.max_lifetime.min(within);
        match asked {
            None => Ok(usual.min(most)),
            Some(asked) if asked <= most => Ok(asked),
            Some(_) => Err(Denied::new(
                DeniedRule::Lifetime,
                format!(
                    "a life of more than {} seconds is not granted to you at the moment",
                    most.seconds()
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{OwnIdentity, Policy, RtcIdentity};
    use super::*;
    use crate::grant::{Rtc, Rtm, TokenRequest};
    use crate::params::{Parameters, Uid, Value};
    use serde_json::json;

    const NOW: u64 = 1_700_000_000_000;
    const DEFAULT: &str = "00000000000000000000000000000000";

    fn user(subject: &str) -> Principal {
        Principal(Caller::User {
            subject_hash: String::new(),
            identity: OwnIdentity {
                subject: subject.to_owned(),
                account: Some(subject.to_owned()),
                chat: Some(subject.to_owned()),
                uid: Some(Uid::from(7)),
                rtc: RtcIdentity::Uid,
            },
            expires_at: NOW / 1000 + 100,
        })
    }

    fn service() -> Principal {
        Principal(Caller::Service {
            key_id: String::new(),
            project: None,
        })
    }

    fn parameters(json: serde_json::Value) -> Parameters {
        match serde_json::from_str(&json.to_string()).unwrap() {
            Value::Object(entries) => Parameters::new(entries).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// The description of what was authorised and its life, or the rule that refused it.
    fn judge(
        policy: &str,
        principal: &Principal,
        request: TokenRequest,
    ) -> Result<(String, u32), &'static str> {
        let access = Access {
            anonymous: true,
            policy: Ok(Policy::parse(policy).unwrap()),
            ..Access::default()
        };
        let circumstances = Circumstances {
            default_app_id: DEFAULT.parse().unwrap(),
            now: NOW,
        };
        match access.authorise(principal, request, circumstances) {
            Ok(authorised) => {
                let described = authorised.request().grant.describe();
                let described = described
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"));
                Ok((
                    described.collect::<Vec<_>>().join(" "),
                    authorised.lifetime().seconds(),
                ))
            }
            Err((denied, _)) => Err(denied.rule.code()),
        }
    }

    fn rtc(
        policy: &str,
        principal: &Principal,
        request: serde_json::Value,
    ) -> Result<(String, u32), &'static str> {
        judge(
            policy,
            principal,
            TokenRequest::read::<Rtc>(parameters(request)).unwrap(),
        )
    }

    #[test]
    fn a_user_gets_their_own_identity_and_no_other() {
        let alice = user("alice");
        let own = rtc("{}", &alice, json!({"channelName": "c"})).unwrap();
        assert_eq!(
            own,
            (
                r#"channelName="c" uid=7 role="subscriber""#.to_owned(),
                3600
            )
        );
        let by_name = rtc(
            "{}",
            &alice,
            json!({"channelName": "c", "account": "alice"}),
        )
        .unwrap();
        assert!(by_name.0.contains(r#"account="alice""#));
        for other in [
            json!({"uid": 8}),
            json!({"uid": -7}),
            json!({"account": "bob"}),
            json!({"account": "Alice"}),
        ] {
            let mut request = json!({"channelName": "c"});
            request
                .as_object_mut()
                .unwrap()
                .extend(other.as_object().unwrap().clone());
            assert_eq!(
                rtc("{}", &alice, request),
                Err("denied_identity"),
                "{other}"
            );
        }
        let rtm = |request| {
            judge(
                "{}",
                &alice,
                TokenRequest::read::<Rtm>(parameters(request)).unwrap(),
            )
        };
        assert_eq!(rtm(json!({})).unwrap().0, r#"userId="alice""#);
        assert_eq!(rtm(json!({"userId": "bob"})), Err("denied_identity"));
        assert_eq!(
            rtm(json!({"permissions": {}})),
            Err("denied_rtm_permissions")
        );
    }

    #[test]
    fn an_account_that_could_stand_for_others_is_not_used() {
        let account = json!({"channelName": "c", "account": "8"});
        assert_eq!(
            rtc("{}", &user("8"), account),
            Err("denied_identity_unusable"),
            "8 is somebody's uid"
        );
        let own_number = json!({"channelName": "c", "account": "7"});
        assert!(rtc("{}", &user("7"), own_number).is_ok());
        let own_by_name = r#"{"identity": {"rtc": "account"}}"#;
        for subject in ["*", "al*ice", "", " "] {
            let mut principal = user(subject);
            if let Caller::User { identity, .. } = &mut principal.0 {
                identity.rtc = RtcIdentity::Account;
            }
            assert_eq!(
                rtc(own_by_name, &principal, json!({"channelName": "c"})),
                Err("denied_identity_unusable"),
                "{subject:?}"
            );
        }
    }

    #[test]
    fn wildcards_are_refused_then_for_subscribers_then_for_all() {
        let alice = user("alice");
        let everyone = |role| json!({"channelName": "c", "uid": 0, "role": role});
        let everywhere = |role| json!({"channelName": "*", "role": role});
        for request in [
            everyone("subscriber"),
            everywhere("subscriber"),
            json!({"channelName": ""}),
            json!({"channelName": " "}),
            json!({"channelName": "c", "account": "a*"}),
        ] {
            assert_eq!(rtc("{}", &alice, request), Err("denied_wildcard"));
        }
        let subscriber = r#"{"user": {"wildcards": "subscriber"}}"#;
        let any = r#"{"user": {"wildcards": "any"}}"#;
        for request in [everyone, everywhere] {
            assert!(rtc(subscriber, &alice, request("subscriber")).is_ok());
            assert_eq!(
                rtc(subscriber, &alice, request("publisher")),
                Err("denied_wildcard_role")
            );
            assert!(rtc(any, &alice, request("publisher")).is_ok());
            assert!(rtc("{}", &service(), request("publisher")).is_ok());
        }
        let one_right = json!({"channelName": "*", "privileges": {"publishDataStream": 1}});
        assert_eq!(
            rtc(subscriber, &alice, one_right),
            Err("denied_wildcard_role")
        );
    }

    #[test]
    fn channels_roles_and_types_outside_the_policy_are_refused_by_name() {
        let policy = r#"{"user": {"channels": ["dm-{sub}"], "roles": ["subscriber"], "tokenTypes": ["rtc"]}}"#;
        let alice = user("alice");
        assert!(rtc(policy, &alice, json!({"channelName": "dm-alice"})).is_ok());
        assert_eq!(
            rtc(policy, &alice, json!({"channelName": "dm-bob"})),
            Err("denied_channel")
        );
        assert_eq!(
            rtc(
                policy,
                &alice,
                json!({"channelName": "dm-alice", "role": "host"})
            ),
            Err("denied_role")
        );
        let rtm = TokenRequest::read::<Rtm>(parameters(json!({}))).unwrap();
        assert_eq!(judge(policy, &alice, rtm), Err("denied_token_type"));
        let nested = json!({"tokenType": "bundle", "services": [{"type": "rtc", "channelName": "dm-alice"}, {"type": "rtm"}]});
        let bundle = TokenRequest::read_any(parameters(nested)).unwrap();
        assert_eq!(judge(policy, &alice, bundle), Err("denied_token_type"));
    }

    #[test]
    fn an_anonymous_caller_may_watch_for_ten_minutes() {
        let request = |more: serde_json::Value| {
            let mut request = json!({"channelName": "c", "uid": 1});
            request
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            rtc("{}", &Principal(Caller::Anonymous), request)
        };
        assert_eq!(request(json!({})).unwrap().1, 600);
        assert_eq!(request(json!({"tokenExpire": 60})).unwrap().1, 60);
        assert_eq!(request(json!({"tokenExpire": 601})), Err("denied_lifetime"));
        assert_eq!(request(json!({"role": "publisher"})), Err("denied_role"));
        assert_eq!(request(json!({"uid": 0})), Err("denied_wildcard"));
    }

    #[test]
    fn a_life_ends_with_the_policy_and_where_it_says_so_with_the_jwt() {
        let alice = user("alice");
        let request = |lifetime: Option<u32>| json!({"channelName": "c", "tokenExpire": lifetime});
        let short = r#"{"user": {"maxLifetime": 600}}"#;
        assert_eq!(rtc(short, &alice, request(None)).unwrap().1, 600);
        assert_eq!(
            rtc(short, &alice, request(Some(601))),
            Err("denied_lifetime")
        );
        let within = r#"{"user": {"withinJwt": true}}"#;
        assert_eq!(rtc(within, &alice, request(None)).unwrap().1, 100);
        assert_eq!(
            rtc(within, &alice, request(Some(101))),
            Err("denied_lifetime")
        );
        assert_eq!(rtc("{}", &alice, request(Some(86_400))).unwrap().1, 86_400);
    }

    #[test]
    fn derived_uids_never_change() {
        let derived = |subject: &str| OwnIdentity::derived_uid(subject).get();
        // Computed with another implementation of SHA-256.
        assert_eq!(
            [derived("alice"), derived("bob"), derived("")],
            [823_578_133, 3_702_952_913, 1_468_694_776]
        );
    }
}

//! What a principal may have.

#[cfg(feature = "lambda")]
use super::Access;
use super::granting::{Asked, Granting};
use super::principal::Caller;
use super::{PolicyRule, Principal, SecretRules, Wildcards};
use crate::grant::TokenRequest;
use crate::params::Lifetime;
use crate::token::AppId;
use std::borrow::Cow;
use std::sync::Arc;

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

    /// What whoever holds the certificate asks of it: they could sign anything with it by themselves.
    pub(crate) fn for_holder(mut request: TokenRequest) -> Self {
        request.apply_fallback_uid();
        let usual = request.usual_lifetime();
        let lifetime = request.lifetime.unwrap_or(usual);
        Self { request, lifetime }
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
    /// Anything for somebody, or for a place, on the deny-list.
    Listed,
    /// A request of another token server, where they are switched off.
    DropInRoute,
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
            Self::Listed => "denied_listed",
            Self::DropInRoute => "denied_drop_in_route",
        }
    }
}

/// A refusal: the caller is known, and may not have this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// The rule.
    pub rule: DeniedRule,
    /// The rule in words.
    pub detail: Cow<'static, str>,
}

impl Denied {
    pub(super) fn new(rule: DeniedRule, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            rule,
            detail: detail.into(),
        }
    }
}

/// What an ask is judged by, besides the caller and the policy.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// What the secret says about who may have what.
    pub secret: &'a SecretRules,
    /// The project that signs when a request doesn't say.
    pub default_app_id: AppId,
    /// The Unix time in milliseconds.
    pub now: u64,
}

#[cfg(feature = "lambda")]
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
        circumstances: Circumstances<'_>,
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
        match principal.rules() {
            Some(rules) if !rules.iter().any(|rule| rule.batches) => Err(Denied::new(
                DeniedRule::Batch,
                "several tokens in one call are not granted to you; ask for one at a time",
            )),
            _ => Ok(()),
        }
    }

    /// Judges whether a request of another token server is answered at all.
    ///
    /// # Errors
    /// [`Denied`] where the operator switched them off.
    pub fn authorise_drop_in(&self, secret: &SecretRules) -> Result<(), Denied> {
        match self.switches(secret).drop_in_routes {
            true => Ok(()),
            false => Err(Denied::new(
                DeniedRule::DropInRoute,
                "the requests of other token servers are switched off here; use the routes that begin with /v1/",
            )),
        }
    }

    fn judge(
        &self,
        principal: &Principal,
        request: &mut TokenRequest,
        circumstances: Circumstances<'_>,
    ) -> Result<Lifetime, Denied> {
        if !self.switches(circumstances.secret).legacy_tokens
            && request.grant.parts().iter().any(|part| part.legacy)
        {
            return Err(Denied::new(
                DeniedRule::LegacyToken,
                "006 tokens are switched off here; ask for 007",
            ));
        }
        if !matches!(principal.0, Caller::User(_)) {
            request.apply_fallback_uid();
        }
        let lifetime = principal.grant(request, circumstances)?;
        let denied = &circumstances.secret.denied;
        let listed = |request: &mut TokenRequest| {
            let somebody = request.grant.identities();
            somebody.iter().any(|slot| denied.holds_slot(slot))
                || request
                    .grant
                    .parts()
                    .iter()
                    .any(|part| denied.holds_place(part))
        };
        if !denied.lets_all_pass() && listed(request) {
            return Err(Denied::new(
                DeniedRule::Listed,
                "this user, channel or room is on the deny-list of this deployment, or the token would cover one that is",
            ));
        }
        Ok(lifetime)
    }
}

impl Principal {
    /// The rules that say what it may have; none for a service that may have everything.
    fn rules(&self) -> Option<&[Arc<PolicyRule>]> {
        match &self.0 {
            Caller::Key { key, .. } => key.rule.as_ref().map(std::slice::from_ref),
            Caller::User(user) => Some(&user.rules),
            Caller::Anonymous(rule) => Some(std::slice::from_ref(rule)),
        }
    }

    /// Fills in what the ask leaves open, and judges it.
    fn grant(
        &self,
        request: &mut TokenRequest,
        Circumstances {
            default_app_id,
            now,
            ..
        }: Circumstances<'_>,
    ) -> Result<Lifetime, Denied> {
        let usual = request.usual_lifetime();
        let (user, reach) = match &self.0 {
            Caller::User(user) => (Some(user), None),
            Caller::Key { key, .. } => (None, Some(key.reach())),
            Caller::Anonymous(_) => (None, None),
        };
        if let (Some(asked), Some(reach)) = (request.app_id, reach)
            && !reach.holds(asked)
        {
            let detail = "this API key is good for other projects only; leave out `appId`";
            return Err(Denied::new(DeniedRule::Project, detail));
        }
        let Some(rules) = self.rules() else {
            let own = reach.and_then(|reach| reach.first(default_app_id));
            request.app_id = request.app_id.or(own);
            return Ok(request.lifetime.unwrap_or(usual));
        };
        let granting = Granting {
            rules,
            claims: user.map(|user| &user.claims),
            left: user.map_or(u64::MAX, |user| user.expires_at.saturating_sub(now / 1000)),
            reach,
            default_app_id,
        };
        granting.check_kinds(&request.grant.parts())?;
        if let Some(user) = user {
            let wildcards = rules.iter().any(|rule| rule.wildcards != Wildcards::None);
            for slot in request.grant.identities() {
                user.identity.bind(slot, wildcards)?;
            }
        }
        let asked = Asked {
            parts: request.grant.parts(),
            lifetime: request.lifetime,
            usual,
            app_id: request.app_id,
        };
        let (lifetime, app_id) = granting.grant(&asked)?;
        request.app_id = Some(app_id);
        Ok(lifetime)
    }
}

#[cfg(test)]
mod tests {
    use super::super::jwt::Claims;
    use super::super::pattern::OwnClaims;
    use super::super::principal::User;
    use super::super::{ApiKeys, OwnIdentity, Policy, RtcIdentity};
    use super::*;
    use crate::grant::{Rtc, Rtm, TokenRequest};
    use crate::params::{Parameters, Uid, Value};
    use serde_json::json;

    const NOW: u64 = 1_700_000_000_000;
    const DEFAULT: &str = "00000000000000000000000000000000";

    /// Somebody, before a policy says what they are granted.
    enum Who {
        User(OwnIdentity, Claims),
        Key(&'static str),
        Anonymous,
    }

    fn user(subject: &str) -> Who {
        let identity = OwnIdentity {
            subject: subject.to_owned(),
            account: Some(subject.to_owned()),
            chat: Some(subject.to_owned()),
            uid: Some(Uid::from(7)),
            rtc: RtcIdentity::Uid,
        };
        Who::User(identity, Claims::of(serde_json::Map::new()))
    }

    fn claiming(claims: serde_json::Value) -> Who {
        let Who::User(identity, _) = user("alice") else {
            unreachable!()
        };
        Who::User(identity, Claims::of(claims.as_object().unwrap().clone()))
    }

    fn service() -> Who {
        Who::Key("service-key-0123456789")
    }

    impl Who {
        fn principal(&self, policy: &Policy, secret: &SecretRules) -> Principal {
            Principal(match self {
                Self::User(identity, claims) => Caller::User(Box::new(User {
                    subject_hash: String::new(),
                    identity: identity.clone(),
                    claims: OwnClaims::new(claims.clone().called(&identity.subject)),
                    expires_at: NOW / 1000 + 100,
                    rules: policy.users.applying(claims, &policy.anonymous),
                })),
                Self::Key(key) => {
                    let key = secret.api_keys.find(key).unwrap();
                    Caller::Key {
                        id: key.id(),
                        key: Arc::clone(key),
                    }
                }
                Self::Anonymous => Caller::Anonymous(Arc::clone(&policy.anonymous)),
            })
        }
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
        who: &Who,
        request: TokenRequest,
    ) -> Result<(String, u32), &'static str> {
        let mut keys = ApiKeys::default();
        keys.push("service-key-0123456789", None).unwrap();
        let outcome = judge_with(policy, SecretRules::of_keys(keys), who, request);
        outcome.map_err(|denied| denied.rule.code())
    }

    fn judge_with(
        policy: &str,
        secret: SecretRules,
        who: &Who,
        request: TokenRequest,
    ) -> Result<(String, u32), Denied> {
        let policy = Policy::parse(policy).unwrap();
        let principal = who.principal(&policy, &secret);
        let access = Access::new(true, Ok(None), Ok(Some(policy)));
        let circumstances = Circumstances {
            secret: &secret,
            default_app_id: DEFAULT.parse().unwrap(),
            now: NOW,
        };
        match access.authorise(&principal, request, circumstances) {
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
            Err((denied, _)) => Err(denied),
        }
    }

    fn rtc(
        policy: &str,
        who: &Who,
        request: serde_json::Value,
    ) -> Result<(String, u32), &'static str> {
        judge(
            policy,
            who,
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
            if let Who::User(identity, _) = &mut principal {
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
            rtc("{}", &Who::Anonymous, request)
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

    const SCHOOL: &str = r#"{
        "user": {"tokenTypes": ["rtc", "rtm"], "roles": ["subscriber"], "channels": ["class-{school}-*"], "maxLifetime": 600},
        "rules": [
            {"name": "teachers", "when": {"role": "teacher"}, "roles": ["publisher"]},
            {"name": "staff", "when": {"groups": {"contains": "staff"}}, "channels": ["staff"], "maxLifetime": 7200},
            {"name": "chat", "when": {"chat": true}, "tokenTypes": ["chat/user"]}
        ]
    }"#;

    #[test]
    fn one_rule_grants_a_part_whole_and_rules_never_mix() {
        let ask = |role, channel| json!({"channelName": channel, "role": role});
        let pupil = claiming(json!({"school": "st", "role": "pupil"}));
        let teacher = claiming(json!({"school": "st", "role": "teacher", "groups": ["staff"]}));
        assert!(rtc(SCHOOL, &pupil, ask("subscriber", "class-st-1")).is_ok());
        assert_eq!(
            rtc(SCHOOL, &pupil, ask("publisher", "class-st-1")),
            Err("denied_role")
        );
        assert_eq!(
            rtc(SCHOOL, &pupil, ask("subscriber", "staff")),
            Err("denied_channel")
        );
        assert!(rtc(SCHOOL, &teacher, ask("publisher", "class-st-1")).is_ok());
        assert_eq!(
            rtc(SCHOOL, &teacher, ask("publisher", "class-other-1")),
            Err("denied_channel")
        );
        assert!(rtc(SCHOOL, &teacher, ask("subscriber", "staff")).is_ok());
        // To publish by one rule, in the channel of another.
        assert!(rtc(SCHOOL, &teacher, ask("publisher", "staff")).is_err());
    }

    #[test]
    fn the_life_is_the_longest_of_the_rules_that_grant_it() {
        let ask = |channel, lifetime: Option<u32>| json!({"channelName": channel, "tokenExpire": lifetime});
        let staff = claiming(json!({"school": "st", "groups": ["staff"]}));
        assert_eq!(rtc(SCHOOL, &staff, ask("class-st-1", None)).unwrap().1, 600);
        assert_eq!(rtc(SCHOOL, &staff, ask("staff", None)).unwrap().1, 3600);
        assert_eq!(
            rtc(SCHOOL, &staff, ask("staff", Some(7200))).unwrap().1,
            7200
        );
        assert_eq!(
            rtc(SCHOOL, &staff, ask("class-st-1", Some(601))),
            Err("denied_lifetime")
        );
        let bundle = |lifetime: Option<u32>| {
            let both = json!({"tokenType": "bundle", "tokenExpire": lifetime, "services": [
                {"type": "rtc", "channelName": "staff"}, {"type": "rtc", "channelName": "class-st-1"}]});
            TokenRequest::read_any(parameters(both)).unwrap()
        };
        assert_eq!(judge(SCHOOL, &staff, bundle(None)).unwrap().1, 600);
        assert_eq!(
            judge(SCHOOL, &staff, bundle(Some(601))),
            Err("denied_lifetime")
        );
    }

    #[test]
    fn a_refusal_names_the_rule_that_came_nearest() {
        let teacher =
            claiming(json!({"school": "st", "role": "teacher", "groups": ["staff"], "chat": true}));
        let ask = json!({"channelName": "other", "role": "publisher"});
        let ask = TokenRequest::read::<Rtc>(parameters(ask)).unwrap();
        let denied = judge_with(SCHOOL, SecretRules::default(), &teacher, ask).unwrap_err();
        assert_eq!(denied.rule, DeniedRule::Channel);
        assert!(denied.detail.contains("`teachers`"), "{}", denied.detail);
        let pupil = claiming(json!({"school": "st"}));
        let ask = json!({"channelName": "other"});
        let ask = TokenRequest::read::<Rtc>(parameters(ask)).unwrap();
        let denied = judge_with(SCHOOL, SecretRules::default(), &pupil, ask).unwrap_err();
        assert!(!denied.detail.contains('`'), "{}", denied.detail);
    }

    #[test]
    fn a_key_with_a_policy_gets_that_and_no_more() {
        let secret = |entry: serde_json::Value| {
            let document = json!({"appId": DEFAULT, "appCertificate": DEFAULT, "apiKeys": [entry]});
            crate::secret::Secret::parse(&document.to_string())
                .unwrap()
                .access
        };
        let key = Who::Key("purpose-key-0123456789");
        let ask = |more: serde_json::Value| {
            let mut ask = json!({"tokenType": "rtc", "channelName": "class-1", "uid": 5});
            ask.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            TokenRequest::read_any(parameters(ask)).unwrap()
        };
        let app = || TokenRequest::read_any(parameters(json!({"tokenType": "chat/app"}))).unwrap();
        let entry = |policy: serde_json::Value, publishable: bool| json!({"name": "k", "key": "purpose-key-0123456789", "policy": policy, "publishable": publishable});
        let narrow = || {
            secret(entry(
                json!({"channels": ["class-*"], "maxLifetime": 60}),
                false,
            ))
        };
        let judged = |secret, ask| {
            judge_with("{}", secret, &key, ask).map_err(|denied: Denied| denied.rule.code())
        };
        assert_eq!(
            judged(narrow(), ask(json!({"role": "publisher"})))
                .unwrap()
                .1,
            60
        );
        assert_eq!(
            judged(narrow(), ask(json!({"channelName": "x"}))),
            Err("denied_channel")
        );
        assert_eq!(
            judged(narrow(), ask(json!({"uid": 0}))),
            Err("denied_wildcard")
        );
        assert_eq!(
            judged(narrow(), ask(json!({"version": "006"}))),
            Err("denied_legacy_token")
        );
        assert_eq!(judged(narrow(), app()), Err("denied_app_privilege"));
        let all = secret(entry(json!({"tokenTypes": ["*"]}), false));
        assert_eq!(judged(all, app()), Err("denied_app_privilege"));
        assert!(
            judged(
                secret(entry(json!({"tokenTypes": ["chat/app"]}), false)),
                app()
            )
            .is_ok()
        );
        let everything = json!({"name": "k", "key": "purpose-key-0123456789"});
        assert!(judged(secret(everything), app()).is_ok());
        let public = || secret(entry(json!({}), true));
        assert_eq!(judged(public(), ask(json!({}))).unwrap().1, 600);
        assert_eq!(
            judged(public(), ask(json!({"role": "publisher"}))),
            Err("denied_role")
        );
        assert_eq!(judged(public(), app()), Err("denied_app_privilege"));
    }

    #[test]
    fn nobody_on_the_deny_list_gets_another_token_in_any_spelling() {
        let secret = || {
            let document = json!({"appId": DEFAULT, "appCertificate": DEFAULT,
                "apiKey": "service-key-0123456789",
                "denied": {"subjects": ["alice"], "accounts": ["Bob|x", "12"], "uids": [4_294_967_295_u32], "channels": ["lobby"]}});
            crate::secret::Secret::parse(&document.to_string())
                .unwrap()
                .access
        };
        let ask = |ask: serde_json::Value| {
            let ask = TokenRequest::read_any(parameters(ask)).unwrap();
            judge_with("{}", secret(), &service(), ask).map_err(|denied| denied.rule.code())
        };
        for denied in [
            json!({"tokenType": "rtc", "channelName": "c", "account": "alice"}),
            json!({"tokenType": "rtc", "channelName": "c", "uid": 823_578_133}),
            json!({"tokenType": "rtc", "channelName": "c", "account": "Bob|x"}),
            json!({"tokenType": "rtc", "channelName": "c", "account": "823578133"}),
            json!({"tokenType": "rtc", "channelName": "c", "uid": -1}),
            json!({"tokenType": "rtc", "channelName": "c", "uid": "4294967295"}),
            json!({"tokenType": "rtc", "channelName": "c", "uid": 12}),
            json!({"tokenType": "rtm", "userId": "alice"}),
            json!({"tokenType": "rtm", "userId": "Bob|x"}),
            json!({"tokenType": "chat/user", "userId": "alice"}),
            json!({"tokenType": "chat/user", "userId": super::super::identity::chat_name("Bob|x")}),
            json!({"tokenType": "rtc", "channelName": "lobby", "uid": 1}),
            json!({"tokenType": "rtc", "channelName": "*", "uid": 1}),
            json!({"tokenType": "rtc", "channelName": "lo*y", "uid": 1}),
            json!({"tokenType": "rtc", "channelName": "", "uid": 1}),
            json!({"tokenType": "whiteboard/room", "uuid": "lobby", "role": "reader"}),
            json!({"tokenType": "rtm", "userId": "ann", "channelName": "lobby"}),
            json!({"tokenType": "education/user", "userUuid": "ann"}),
        ] {
            assert_eq!(ask(denied.clone()), Err("denied_listed"), "{denied}");
        }
        for granted in [
            json!({"tokenType": "rtc", "channelName": "c", "account": "Alice"}),
            json!({"tokenType": "rtc", "channelName": "lobby2", "uid": 1}),
            json!({"tokenType": "rtc", "channelName": "lo*x", "uid": 1}),
            json!({"tokenType": "chat/app"}),
        ] {
            assert!(ask(granted.clone()).is_ok(), "{granted}");
        }
    }

    #[test]
    fn what_is_switched_off_is_for_nobody() {
        let off = r#"{"switches": {"legacyTokens": false, "dropInRoutes": false}, "user": {"legacyTokens": true}}"#;
        let ask = || json!({"channelName": "c", "uid": 7, "version": "006"});
        for who in [service(), user("alice")] {
            assert_eq!(rtc(off, &who, ask()), Err("denied_legacy_token"));
        }
        let access = Access::new(true, Ok(None), Ok(Some(Policy::parse(off).unwrap())));
        let denied = access.authorise_drop_in(&SecretRules::default());
        assert_eq!(denied.unwrap_err().rule, DeniedRule::DropInRoute);
    }
}

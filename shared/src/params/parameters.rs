//! The parameters of one request, taken out one by one.

use super::field::wrong_type;
use super::{FromValue, Invalid, Rule, Schema, Value, quoted};

/// The most names that one object may hold. Far above any request, far below what would make the
/// search for repeated names slow.
const MOST_NAMES: usize = 64;

/// The longest name, in bytes. No known one has more than 20. Each is compared with the others of its
/// object, and an unknown one with the known, by a measure whose cost grows with the square.
const LONGEST_NAME: usize = 128;

/// How alike two names must be (0 to 1, Jaro-Winkler) for one to be offered as a hint for the other.
const ALIKE: f64 = 0.8;

/// A bag of named values that is emptied by reading it.
///
/// Whoever reads takes each parameter it knows; [`Parameters::finish`] then refuses whatever is left,
/// so that a misspelt name is an error with a hint and never a silently ignored wish. Whoever answers
/// in place of a server that ignores what it doesn't know leaves that last step out.
///
/// ```
/// use agora_token::params::{Parameters, Rule, Value};
///
/// let mut parameters = Parameters::new(vec![
///     ("channel".into(), Value::Text("demo".into())),
///     ("rolle".into(), Value::Text("publisher".into())),
/// ])?;
/// assert_eq!(parameters.take::<String>(&["channelName", "channel"])?.as_deref(), Some("demo"));
/// assert_eq!(parameters.take::<String>(&["role"])?, None);
/// let refused = parameters.finish().unwrap_err();
/// assert_eq!(refused.rule, Rule::Unknown);
/// assert!(refused.detail.contains("did you mean `role`?"));
/// # Ok::<(), agora_token::params::Invalid>(())
/// ```
#[derive(Debug)]
pub struct Parameters {
    entries: Vec<(String, Value)>,
    /// The names that were asked for, and of each whether it is the proper one.
    known: Vec<(&'static str, bool)>,
    /// Stands before each name in an error: `privileges.` for a nested object.
    prefix: String,
    any_case: bool,
}

/// A parameter that somebody reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its proper name.
    pub name: &'static str,
    /// What else it goes by.
    pub aliases: Vec<&'static str>,
}

impl Parameters {
    /// The parameters of a request, in the order in which they came.
    ///
    /// # Errors
    /// [`Rule::Repeated`] for a name that stands twice, [`Rule::Range`] for more than 64 names,
    /// [`Rule::Length`] for a name of more than 128 bytes.
    pub fn new(entries: Vec<(String, Value)>) -> Result<Self, Invalid> {
        Self::nested(entries, String::new())
    }

    /// The parameters of a request whose names count in any letter case, as Go's JSON reader has it.
    ///
    /// # Errors
    /// As [`Parameters::new`]; two spellings of one name are a repetition.
    pub fn in_any_case(entries: Vec<(String, Value)>) -> Result<Self, Invalid> {
        let mut parameters = Self::unchecked(entries, String::new());
        parameters.any_case = true;
        parameters.checked()
    }

    /// The same without what was sent as an empty text, for servers that take that for nothing.
    #[must_use]
    pub fn without_blanks(mut self) -> Self {
        self.entries
            .retain(|(_, value)| !matches!(value, Value::Text(text) if text.is_empty()));
        self
    }

    fn nested(entries: Vec<(String, Value)>, prefix: String) -> Result<Self, Invalid> {
        Self::unchecked(entries, prefix).checked()
    }

    fn unchecked(entries: Vec<(String, Value)>, prefix: String) -> Self {
        Self {
            entries,
            known: Vec::new(),
            prefix,
            any_case: false,
        }
    }

    fn checked(self) -> Result<Self, Invalid> {
        if self.entries.len() > MOST_NAMES {
            return Err(Invalid::new(
                self.prefix.trim_end_matches('.'),
                Rule::Range,
                format!("at most {MOST_NAMES} parameters may be sent"),
            ));
        }
        if let Some((name, _)) = self
            .entries
            .iter()
            .find(|(name, _)| name.len() > LONGEST_NAME)
        {
            return Err(Invalid::new(
                self.full(name),
                Rule::Length,
                format!(
                    "the name `{}` has {} bytes; the name of a parameter has at most {LONGEST_NAME}",
                    quoted(name),
                    name.len()
                ),
            ));
        }
        let mut rest = self.entries.as_slice();
        while let Some(((name, _), others)) = rest.split_first() {
            if others.iter().any(|(other, _)| self.same(name, other)) {
                return Err(Invalid::new(
                    self.full(name),
                    Rule::Repeated,
                    format!("`{}` was sent more than once; send it once", quoted(name)),
                ));
            }
            rest = others;
        }
        Ok(self)
    }

    fn same(&self, a: &str, b: &str) -> bool {
        if self.any_case {
            a.eq_ignore_ascii_case(b)
        } else {
            a == b
        }
    }

    fn full(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The parameter's name in an error: with the path of the object that it stands in.
    pub fn field(&self, name: &str) -> String {
        self.full(name)
    }

    /// Takes out the parameter that goes by one of `names` (the first is its proper name, the others
    /// are aliases). A `null` counts as absent.
    ///
    /// # Errors
    /// [`Rule::Repeated`] where two of the names were sent, and whatever `T` finds wrong.
    pub fn take<T: FromValue>(&mut self, names: &[&'static str]) -> Result<Option<T>, Invalid> {
        #[cfg(feature = "contract")]
        super::record::taken(&self.prefix, names, T::schema);
        let proper = names.first();
        let names_of_one = names.iter().map(|name| (*name, Some(name) == proper));
        self.known.extend(names_of_one);
        let mut found: Option<(String, Value)> = None;
        for name in names {
            let Some(place) = self
                .entries
                .iter()
                .position(|(sent, _)| self.same(sent, name))
            else {
                continue;
            };
            let entry = self.entries.remove(place);
            if let Some((first, _)) = &found {
                return Err(Invalid::new(
                    self.full(&entry.0),
                    Rule::Repeated,
                    format!(
                        "`{}` and `{}` are the same parameter; send one of them",
                        quoted(first),
                        quoted(&entry.0)
                    ),
                ));
            }
            found = Some(entry);
        }
        match found {
            None | Some((_, Value::Null)) => Ok(None),
            Some((name, value)) => T::from_value(value, &self.full(&name)).map(Some),
        }
    }

    /// Takes out a nested object, in which letter case counts as it does here.
    ///
    /// # Errors
    /// As [`Parameters::take`].
    pub fn object(&mut self, names: &[&'static str]) -> Result<Option<Self>, Invalid> {
        let any_case = self.any_case;
        let Some(mut object) = self.take::<Self>(names)? else {
            return Ok(None);
        };
        object.any_case = any_case;
        object.checked().map(Some)
    }

    /// Whether a parameter of this name was sent, whatever its value.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(sent, _)| self.same(sent, name))
    }

    /// Takes out a parameter that must be there; `what` says what it is for.
    ///
    /// # Errors
    /// [`Rule::Missing`], and as [`Parameters::take`].
    pub fn require<T: FromValue>(
        &mut self,
        names: &[&'static str],
        what: &str,
    ) -> Result<T, Invalid> {
        let proper = names.first().copied().unwrap_or_default();
        match self.take(names)? {
            Some(value) => Ok(value),
            None => Err(Invalid::missing(&self.full(proper), what)),
        }
    }

    /// What was asked for so far, in that order.
    pub fn asked(&self) -> Vec<Asked> {
        let mut asked: Vec<Asked> = Vec::new();
        for &(name, proper) in &self.known {
            match asked.last_mut() {
                Some(last) if !proper => last.aliases.push(name),
                _ => asked.push(Asked {
                    name,
                    aliases: Vec::new(),
                }),
            }
        }
        asked
    }

    /// Refuses what nobody took.
    ///
    /// # Errors
    /// [`Rule::Unknown`], with the nearest known name as a hint.
    pub fn finish(&self) -> Result<(), Invalid> {
        let Some((name, _)) = self.entries.first() else {
            return Ok(());
        };
        let sent = name.to_ascii_lowercase();
        let nearest = self
            .known
            .iter()
            .map(|(known, _)| {
                let alike = strsim::jaro_winkler(&sent, &known.to_ascii_lowercase());
                (alike, known)
            })
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = match nearest {
            Some((alike, known)) if alike >= ALIKE => format!("did you mean `{known}`?"),
            _ if self.known.is_empty() => "none is known here".to_owned(),
            _ => {
                let known: Vec<&str> = self.known.iter().map(|(name, _)| *name).collect();
                format!("known here: {}", known.join(", "))
            }
        };
        Err(Invalid::new(
            self.full(name),
            Rule::Unknown,
            format!("there is no parameter `{}`; {hint}", quoted(name)),
        ))
    }
}

/// A nested object.
impl FromValue for Parameters {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        match value {
            Value::Object(entries) => Self::nested(entries, format!("{field}.")),
            other => Err(wrong_type(
                field,
                "an object (send it as JSON in a POST)",
                &other,
            )),
        }
    }

    fn schema() -> Schema {
        Schema::new(serde_json::json!({"type": "object"}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, value: &str) -> (String, Value) {
        (name.to_owned(), Value::Text(value.to_owned()))
    }

    #[test]
    fn one_parameter_under_two_of_its_names_is_a_repetition() {
        let mut parameters =
            Parameters::new(vec![text("channel", "a"), text("channelName", "b")]).unwrap();
        let refused = parameters
            .take::<String>(&["channelName", "channel"])
            .unwrap_err();
        assert_eq!(refused.rule, Rule::Repeated);
        assert_eq!(refused.field, "channel");
    }

    #[test]
    fn a_name_that_stands_twice_is_refused_even_if_nobody_asks_for_it() {
        let refused =
            Parameters::new(vec![text("uid", "1"), text("x", "y"), text("uid", "2")]).unwrap_err();
        assert_eq!(
            (refused.rule, refused.field.as_str()),
            (Rule::Repeated, "uid")
        );
    }

    #[test]
    fn a_name_that_is_longer_than_any_is_refused_whoever_asks() {
        let longest = "n".repeat(LONGEST_NAME);
        let parameters = Parameters::new(vec![text(&longest, "x")]).unwrap();
        assert_eq!(parameters.finish().unwrap_err().rule, Rule::Unknown);

        let long = format!("{longest}n");
        for sent in [
            Parameters::new(vec![text(&long, "x")]),
            Parameters::in_any_case(vec![text("a", "b"), text(&long, "x")]),
            Parameters::from_value(Value::Object(vec![text(&long, "x")]), "rights"),
        ] {
            let refused = sent.unwrap_err();
            assert_eq!(refused.rule, Rule::Length);
            assert!(refused.detail.contains("129 bytes"), "{}", refused.detail);
            assert!(refused.field.len() < 100, "{}", refused.field);
        }
    }

    #[test]
    fn letter_case_counts_unless_the_original_server_ignores_it() {
        let mut exact = Parameters::new(vec![text("ChannelName", "a")]).unwrap();
        assert_eq!(exact.take::<String>(&["channelName"]).unwrap(), None);
        let hint = exact.finish().unwrap_err();
        assert!(
            hint.detail.contains("did you mean `channelName`?"),
            "{}",
            hint.detail
        );

        let mut go = Parameters::in_any_case(vec![text("ChannelName", "a")]).unwrap();
        assert_eq!(
            go.take::<String>(&["channelName"]).unwrap().as_deref(),
            Some("a")
        );
        let twice = Parameters::in_any_case(vec![text("uid", "1"), text("UID", "2")]).unwrap_err();
        assert_eq!(twice.rule, Rule::Repeated);
    }

    #[test]
    fn null_is_absent_and_a_nested_name_carries_its_path() {
        let mut parameters = Parameters::new(vec![
            ("uid".to_owned(), Value::Null),
            (
                "privileges".to_owned(),
                Value::Object(vec![("joinChanel".to_owned(), Value::Integer(1))]),
            ),
        ])
        .unwrap();
        assert_eq!(parameters.take::<i128>(&["uid"]).unwrap(), None);
        let mut privileges: Parameters = parameters.take(&["privileges"]).unwrap().unwrap();
        assert_eq!(privileges.take::<i128>(&["joinChannel"]).unwrap(), None);
        assert_eq!(
            privileges.finish().unwrap_err().field,
            "privileges.joinChanel"
        );
        parameters.finish().unwrap();
    }

    #[test]
    fn numbers_are_read_from_digits_only_in_their_canonical_form() {
        for good in ["0", "7", "-1", "4294967296"] {
            assert!(
                i128::from_value(Value::Text(good.to_owned()), "uid").is_ok(),
                "{good}"
            );
        }
        for bad in [
            "", "-", "00", "007", "-0", "+7", " 7", "7 ", "1e3", "0x7", "7.0", "٧", "--1",
        ] {
            let refused = i128::from_value(Value::Text(bad.to_owned()), "uid").unwrap_err();
            assert_eq!(refused.rule, Rule::Type, "{bad:?}");
        }
        let long = "9".repeat(60);
        assert_eq!(
            i128::from_value(Value::Text(long), "uid").unwrap_err().rule,
            Rule::Range
        );
        assert_eq!(
            i128::from_value(Value::Fraction(1.5), "uid")
                .unwrap_err()
                .rule,
            Rule::Type
        );
    }
}

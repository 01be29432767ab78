//! What was measured, as a table and as JSON.

use crate::sample::Sample;
use serde_json::{Value, json};
use std::time::Duration;

/// The rows, and the machine that they are from.
pub struct Report {
    machine: Value,
    rows: Vec<Row>,
    notes: Vec<String>,
}

/// One figure.
pub struct Row {
    what: String,
    unit: &'static str,
    ours: Figure,
    reference: Option<(&'static str, Figure)>,
    bar: Option<Bar>,
}

/// A figure with the middle half of the measurements that it comes from.
#[derive(Clone, Debug)]
pub struct Figure {
    value: f64,
    middle_half: Option<(f64, f64)>,
    count: usize,
}

/// What a figure must be.
#[derive(Clone, Copy, Debug)]
pub enum Bar {
    /// At most this many times the reference.
    Times(f64),
    /// At most this much more than the reference.
    More(f64),
    AtMost(f64),
    AtLeast(f64),
}

impl From<&Sample> for Figure {
    fn from(sample: &Sample) -> Self {
        Self {
            value: sample.median(),
            middle_half: Some((sample.quantile(0.25), sample.quantile(0.75))),
            count: sample.len(),
        }
    }
}

impl From<f64> for Figure {
    fn from(value: f64) -> Self {
        Self {
            value,
            middle_half: None,
            count: 1,
        }
    }
}

impl Figure {
    /// The sum of two figures that were measured one by one.
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            value: self.value + other.value,
            middle_half: None,
            count: self.count.min(other.count),
        }
    }

    fn text(&self) -> String {
        match self.middle_half {
            Some((low, high)) => format!(
                "{} ({} to {})",
                number(self.value),
                number(low),
                number(high)
            ),
            None => number(self.value),
        }
    }

    fn json(&self) -> Value {
        json!({"value": self.value, "middleHalf": self.middle_half, "measurements": self.count})
    }
}

impl Row {
    pub fn new(what: impl Into<String>, unit: &'static str, ours: impl Into<Figure>) -> Self {
        Self {
            what: what.into(),
            unit,
            ours: ours.into(),
            reference: None,
            bar: None,
        }
    }

    pub fn beside(mut self, what: &'static str, reference: impl Into<Figure>) -> Self {
        self.reference = Some((what, reference.into()));
        self
    }

    pub fn bar(mut self, bar: Bar) -> Self {
        self.bar = Some(bar);
        self
    }

    fn ratio(&self) -> Option<f64> {
        let (_, reference) = self.reference.as_ref()?;
        Some(self.ours.value / reference.value)
    }

    fn difference(&self) -> Option<f64> {
        let (_, reference) = self.reference.as_ref()?;
        Some(self.ours.value - reference.value)
    }

    fn is_met(&self) -> Option<bool> {
        Some(match self.bar? {
            Bar::Times(most) => self.ratio()? <= most,
            Bar::More(most) => self.difference()? <= most,
            Bar::AtMost(most) => self.ours.value <= most,
            Bar::AtLeast(least) => self.ours.value >= least,
        })
    }

    fn cells(&self) -> [String; 6] {
        let relation = match self.bar {
            Some(Bar::More(_)) => self
                .difference()
                .map(|more| format!("{more:+.2} {}", self.unit)),
            _ => self.ratio().map(|ratio| format!("{ratio:.2} x")),
        };
        let bar = self.bar.map(|bar| match bar {
            Bar::Times(most) => format!("at most {most} x"),
            Bar::More(most) => format!("at most +{most} {}", self.unit),
            Bar::AtMost(most) => format!("at most {} {}", number(most), self.unit),
            Bar::AtLeast(least) => format!("at least {} {}", number(least), self.unit),
        });
        let reference = self
            .reference
            .as_ref()
            .map(|(what, figure)| format!("{} {}: {what}", figure.text(), self.unit));
        let met = self
            .is_met()
            .map(|met| if met { "yes" } else { "NO" }.to_owned());
        [
            self.what.clone(),
            format!("{} {}", self.ours.text(), self.unit),
            reference.unwrap_or_default(),
            relation.unwrap_or_default(),
            bar.unwrap_or_default(),
            met.unwrap_or_default(),
        ]
    }

    fn json(&self) -> Value {
        let reference = self
            .reference
            .as_ref()
            .map(|(what, figure)| json!({"what": what, "figure": figure.json()}));
        let bar = self.bar.map(|bar| match bar {
            Bar::Times(most) => json!({"timesReferenceAtMost": most}),
            Bar::More(most) => json!({"moreThanReferenceAtMost": most}),
            Bar::AtMost(most) => json!({"atMost": most}),
            Bar::AtLeast(least) => json!({"atLeast": least}),
        });
        json!({
            "what": self.what,
            "unit": self.unit,
            "ours": self.ours.json(),
            "reference": reference,
            "ratio": self.ratio(),
            "difference": self.difference(),
            "bar": bar,
            "met": self.is_met(),
        })
    }
}

impl Report {
    pub fn new(machine: Value) -> Self {
        Self {
            machine,
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub fn row(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// What somebody should know who reads the figures.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// A table in Markdown, which reads well as it is.
    pub fn table(&self) -> String {
        let head = ["what", "ours", "reference", "relation", "bar", "met"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(head)
            .chain(self.rows.iter().map(Row::cells))
            .collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: [usize; 6] = std::array::from_fn(|column| width(column).unwrap_or(0));
        let mut text = String::new();
        for (place, row) in rows.iter().enumerate() {
            for (cell, width) in row.iter().zip(widths) {
                text += &format!("| {cell:width$} ");
            }
            text += "|\n";
            if place == 0 {
                for width in widths {
                    text += &format!("|{}", "-".repeat(width + 2));
                }
                text += "|\n";
            }
        }
        text += "\nEach figure is a median; in brackets, the middle half of the measurements.\n";
        for note in &self.notes {
            text += &format!("{note}\n");
        }
        for (name, value) in self.machine.as_object().into_iter().flatten() {
            let value = value.as_str().map_or(value.to_string(), str::to_owned);
            text += &format!("{name}: {value}\n");
        }
        text
    }

    pub fn json(&self, took: Duration) -> String {
        let rows: Vec<_> = self.rows.iter().map(Row::json).collect();
        let report = json!({
            "machine": self.machine,
            "rows": rows,
            "notes": self.notes,
            "seconds": took.as_secs(),
        });
        format!("{report:#}\n")
    }
}

/// Three digits that count, and thousands apart.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        0.0 => 0,
        small if small < 10.0 => 2,
        medium if medium < 100.0 => 1,
        _ => 0,
    };
    let plain = format!("{value:.decimals$}");
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && digit.is_ascii_digit() && (whole.len() - place) % 3 == 0 && whole.len() > 4
        {
            text.push(',');
        }
        text.push(digit);
    }
    if !rest.is_empty() {
        text.push('.');
        text += rest;
    }
    text
}

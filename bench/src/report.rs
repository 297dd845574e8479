//! What was measured, as a table in Markdown.

use std::fmt;

use crate::figures::{Bar, Figure};
use crate::scenario::Sample;
use crate::stack::Stack;
use crate::timing::median;

/// All samples so far.
#[derive(Debug, Default)]
pub struct Report {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    figure: &'static Figure,
    ours: Vec<f64>,
    others: Vec<f64>,
}

impl Report {
    /// Takes the samples of a run; tells them in one line.
    pub fn add(&mut self, stack: &Stack, samples: &[Sample]) -> String {
        for (figure, value) in samples {
            let line = self.line(figure);
            if stack.is_ours() { line.ours.push(*value) } else { line.others.push(*value) }
        }
        let told = samples
            .iter()
            .map(|(figure, value)| format!("{} {} {}", figure.name, short(*value), figure.unit));
        told.collect::<Vec<_>>().join("; ")
    }

    fn line(&mut self, figure: &'static Figure) -> &mut Line {
        let known = self.lines.iter().position(|line| line.figure == figure);
        let index = known.unwrap_or_else(|| {
            self.lines.push(Line { figure, ours: Vec::new(), others: Vec::new() });
            self.lines.len() - 1
        });
        &mut self.lines[index]
    }
}

impl Line {
    /// The median of the ratios of the runs that followed each other.
    fn ratio(&self) -> Option<f64> {
        let ratios: Vec<f64> = self.ours.iter().zip(&self.others).map(|(ours, other)| ours / other).collect();
        (!ratios.is_empty()).then(|| median(&ratios))
    }

    /// The bar in words, and whether it was cleared; that is not known without the other stack.
    fn verdict(&self) -> (String, Option<bool>) {
        let ratio = self.ratio();
        match self.figure.bar {
            Bar::None => (String::new(), None),
            Bar::TimesAtLeast(bar) => (format!("≥ {bar} ×"), ratio.map(|ratio| ratio >= bar)),
            Bar::TimesAtMost(bar) => (format!("≤ {bar} ×"), ratio.map(|ratio| ratio <= bar)),
            Bar::AtMost(bar) => (format!("≤ {bar} {}", self.figure.unit), Some(median(&self.ours) <= bar)),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| figure | unit | Deskbell | seed stack | ratio | bar | |")?;
        writeln!(f, "|---|---|---:|---:|---:|---|---|")?;
        for line in &self.lines {
            let (bar, cleared) = line.verdict();
            let mark = cleared.map_or("", |cleared| if cleared { "✓" } else { "✗" });
            let others = if line.others.is_empty() { String::new() } else { short(median(&line.others)) };
            let ratio = line.ratio().map(|ratio| format!("{ratio:.3}")).unwrap_or_default();
            let (name, unit, ours) = (line.figure.name, line.figure.unit, short(median(&line.ours)));
            writeln!(f, "| {name} | {unit} | {ours} | {others} | {ratio} | {bar} | {mark} |")?;
        }
        Ok(())
    }
}

/// A number with about three figures.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

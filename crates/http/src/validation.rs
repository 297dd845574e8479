//! Turns what `validator` and serde say about fields into pointers and plain words.

use std::borrow::Cow;

use serde_path_to_error::{Path, Segment};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::FieldProblem;

/// Applies the type's own rules; the fields at fault come sorted by pointer.
pub(crate) fn check<T: Validate>(value: &T) -> Result<(), Vec<FieldProblem>> {
    value.validate().map_err(|errors| {
        let mut fields = Vec::new();
        collect(&errors, "", &mut fields);
        fields.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        fields
    })
}

fn collect(errors: &ValidationErrors, parent: &str, fields: &mut Vec<FieldProblem>) {
    for (name, kind) in errors.errors() {
        // Rules about the whole struct come under this name.
        let pointer = if name == "__all__" { parent.to_owned() } else { format!("{parent}/{name}") };
        match kind {
            ValidationErrorsKind::Field(errors) => {
                fields.extend(
                    errors
                        .iter()
                        .map(|error| FieldProblem { pointer: pointer.clone(), message: describe(error) }),
                );
            }
            ValidationErrorsKind::Struct(errors) => collect(errors, &pointer, fields),
            ValidationErrorsKind::List(items) => {
                for (index, errors) in items {
                    collect(errors, &format!("{pointer}/{index}"), fields);
                }
            }
        }
    }
}

/// The rule's own message, or one made from its kind.
fn describe(error: &ValidationError) -> Cow<'static, str> {
    if let Some(message) = &error.message {
        return message.clone();
    }
    let limit = |name: &str| error.params.get(name).map(ToString::to_string);
    match (error.code.as_ref(), limit("min"), limit("max"), limit("equal")) {
        ("length", _, _, Some(equal)) => format!("must have exactly {equal} characters or items").into(),
        ("length", Some(min), Some(max), _) => format!("must have {min} to {max} characters or items").into(),
        ("length", Some(min), None, _) => format!("must have at least {min} characters or items").into(),
        ("length", None, Some(max), _) => format!("must have at most {max} characters or items").into(),
        ("range", Some(min), Some(max), _) => format!("must be between {min} and {max}").into(),
        ("range", Some(min), None, _) => format!("must be at least {min}").into(),
        ("range", None, Some(max), _) => format!("must be at most {max}").into(),
        ("email", ..) => "must be a mail address".into(),
        ("url", ..) => "must be a URL".into(),
        ("required", ..) => "is needed".into(),
        (code, ..) => format!("is not valid ({code})").into(),
    }
}

/// A JSON pointer (RFC 6901) to where reading stopped; empty for the document itself.
pub(crate) fn pointer_of(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Seq { index } => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

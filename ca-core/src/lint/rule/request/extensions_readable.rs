//! The extensions that are asked for can be read, and stand once.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, RequestRule, Severity};
use crate::x509::extension::Decoded;
use crate::x509::request::CertificationRequest;

static ABOUT: About = About {
    name: "request-extensions-readable",
    description: "The extensions that are asked for can be read, and stand once",
    citation: "RFC 2985 section 5.4.2; RFC 5280 section 4.2",
    since: RFC_5280,
    severity: Severity::Error,
};

pub(in crate::lint) struct ExtensionsReadable;

impl RequestRule for ExtensionsReadable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, request: &CertificationRequest) -> Result<(), String> {
        let extensions = request.extensions().map_err(text)?;
        if let Some(oid) = extensions.first_duplicate() {
            return Err(format!("the extension {oid} is asked for twice"));
        }
        for extension in &extensions {
            if let Decoded::Unreadable(malformed) = extension.decoded() {
                return Err(format!("the extension {} cannot be read: {malformed}", extension.oid));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;

    #[test]
    fn unreadable_and_repeated_extensions_are_found() {
        let usages = extension("2.5.29.15", true, &[3, 2, 7, 0x80]);
        request_passes(&ExtensionsReadable, &request());
        request_passes(&ExtensionsReadable, &request().asking_for(std::slice::from_ref(&usages)));
        request_fails(&ExtensionsReadable, &request().asking_for(&[usages.clone(), usages]));
        request_fails(&ExtensionsReadable, &request().asking_for(&[extension("2.5.29.15", true, b"x")]));
    }
}

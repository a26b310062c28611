//! Qualifiers of policies are addresses of practice statements and short notices.

use crate::lint::rule::RFC_5280;
use crate::lint::rule::text;
use crate::lint::{About, CertificateRule, Severity};
use crate::x509::certificate::Certificate;
use crate::x509::extension::policies::MAX_NOTICE;
use crate::x509::extension::{CertificatePolicies, GeneralName, PolicyQualifier};

static ABOUT: About = About {
    name: "policy-qualifiers",
    description: "Qualifiers of policies are addresses of practice statements and short notices",
    citation: "RFC 5280 section 4.2.1.4",
    since: RFC_5280,
    severity: Severity::Warning,
};

pub(in crate::lint) struct PolicyQualifiers;

impl CertificateRule for PolicyQualifiers {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(&self, certificate: &Certificate, _issuer: Option<&Certificate>) -> Result<(), String> {
        let Some(policies) = certificate.extensions().find::<CertificatePolicies>().map_err(text)? else {
            return Ok(());
        };
        for information in &policies.0 {
            for qualifier in information.read_qualifiers().map_err(text)? {
                match qualifier {
                    PolicyQualifier::Cps(uri) => {
                        GeneralName::uri(&uri).map_err(text)?;
                    }
                    PolicyQualifier::UserNotice { text: Some(notice), .. }
                        if notice.chars().count() > MAX_NOTICE =>
                    {
                        let length = notice.chars().count();
                        return Err(format!("a notice has {length} characters, more than {MAX_NOTICE}"));
                    }
                    PolicyQualifier::Other { oid, .. } => {
                        return Err(format!("the qualifier {oid} is of no known kind, or cannot be read"));
                    }
                    PolicyQualifier::UserNotice { .. } => {}
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fixture::*;
    use crate::x509::extension::PolicyInformation;

    #[test]
    fn odd_qualifiers_are_found() {
        let with = |qualifier: PolicyQualifier| {
            let policy = PolicyInformation::with_qualifiers("1.2.3".parse().unwrap(), &[qualifier]);
            end_entity().with(CertificatePolicies(vec![policy]).to_extension(false))
        };
        let notice = |text: String| PolicyQualifier::UserNotice { reference: None, text: Some(text) };
        passes(&PolicyQualifiers, &end_entity());
        passes(&PolicyQualifiers, &with(PolicyQualifier::Cps("http://a.example/cps".into())));
        passes(&PolicyQualifiers, &with(notice("知".repeat(200))));
        fails(&PolicyQualifiers, &with(PolicyQualifier::Cps("cps".into())));
        fails(&PolicyQualifiers, &with(notice("知".repeat(201))));
        fails(
            &PolicyQualifiers,
            &with(PolicyQualifier::Other { oid: "1.2.4".parse().unwrap(), value: vec![5, 0] }),
        );
    }
}

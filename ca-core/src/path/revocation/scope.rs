//! Which certificates a revocation list answers for, and for which reasons: RFC 5280 §6.3.3 (b), (d).

use super::fault::Fault;
use super::reasons::Reasons;
use super::validator::IssuerOf;
use crate::x509::Malformed;
use crate::x509::extension::{
    CrlDistributionPoints, DistributionPoint, DistributionPointName, GeneralName, IssuingDistributionPoint,
};
use crate::x509::{Certificate, CertificateList, Name};

/// Where a certificate says that lists are found which answer for it.
pub(super) struct Points {
    points: Vec<Point>,
    is_authority: bool,
    /// How many names there are in all, so that who compares with them can count the work.
    pub(super) names: usize,
}

/// One distribution point, its names complete.
struct Point {
    /// `None` where the point has no name.
    names: Option<Vec<GeneralName>>,
    reasons: Reasons,
    /// Whoever signs the lists, where that is not the issuer of the certificate.
    crl_issuers: Vec<GeneralName>,
}

impl Points {
    /// The distribution points of `certificate`, and the one that every certificate has: its issuer (RFC 5280 §6.3.3, last
    /// paragraph but one).
    pub(super) fn of(certificate: &Certificate, issuer: &IssuerOf<'_>) -> Result<Self, Fault> {
        let stated = certificate.extensions().find::<CrlDistributionPoints>()?.map(|points| points.0);
        let mut points = stated
            .unwrap_or_default()
            .iter()
            .map(|point| Point::read(point, issuer.name))
            .collect::<Result<Vec<_>, _>>()?;
        let names = Some(vec![GeneralName::Directory(issuer.name.clone())]);
        points.push(Point { names, reasons: Reasons::ALL, crl_issuers: Vec::new() });
        let is_authority = certificate.basic_constraints()?.is_some_and(|constraints| constraints.ca);
        let count = |point: &Point| point.names.as_ref().map_or(0, Vec::len) + point.crl_issuers.len();
        Ok(Self { names: points.iter().map(count).sum(), points, is_authority })
    }

    /// Whether one of the points, or the certificate's `issuer`, has lists of this issuer.
    pub(super) fn may_have_lists_of(&self, list_issuer: &Name, issuer: &Name) -> bool {
        list_issuer.matches(issuer) || self.points.iter().any(|point| point.is_crl_issuer(list_issuer))
    }

    /// The reasons for which `list` answers for the certificate: none where its scope does not hold it.
    pub(super) fn covered_by(
        &self,
        list: &CertificateList,
        scope: Option<&IssuingDistributionPoint>,
        issuer: &Name,
    ) -> Result<Reasons, Fault> {
        let Some(scope) = scope else {
            // (b)(1): without a scope it is not indirect, so that only points without cRLIssuer have it.
            let direct = self.points.iter().filter(|point| point.crl_issuers.is_empty());
            return Ok(match list.issuer().matches(issuer) {
                true => direct.fold(Reasons::NONE, |reasons, point| reasons.or(point.reasons)),
                false => Reasons::NONE,
            });
        };
        let excluded = (scope.only_user_certificates && self.is_authority)
            || (scope.only_ca_certificates && !self.is_authority)
            || scope.only_attribute_certificates;
        if excluded {
            return Ok(Reasons::NONE);
        }
        let names = scope.name.as_ref().map(|name| full_names(name, list.issuer())).transpose()?;
        let covering = self.points.iter().filter(|point| {
            let of_issuer = match point.crl_issuers.is_empty() {
                true => list.issuer().matches(issuer),
                false => scope.indirect && point.is_crl_issuer(list.issuer()),
            };
            of_issuer && names.as_ref().is_none_or(|names| point.is_named_by(names))
        });
        let reasons = covering.fold(Reasons::NONE, |reasons, point| reasons.or(point.reasons));
        Ok(reasons.and(Reasons::of(scope.only_some_reasons)))
    }
}

impl Point {
    fn read(point: &DistributionPoint, issuer: &Name) -> Result<Self, Fault> {
        // A relative name is below that of the issuer of the list, of which there is but one then (RFC 5280 §4.2.1.13).
        let base = point.crl_issuer.iter().find_map(directory).unwrap_or(issuer);
        let names = point.name.as_ref().map(|name| full_names(name, base)).transpose()?;
        Ok(Self { names, reasons: Reasons::of(point.reasons), crl_issuers: point.crl_issuer.clone() })
    }

    fn is_crl_issuer(&self, name: &Name) -> bool {
        self.crl_issuers.iter().filter_map(directory).any(|issuer| issuer.matches(name))
    }

    /// Whether a list with these names is that of this point, (b)(2)(i).
    fn is_named_by(&self, names: &[GeneralName]) -> bool {
        let own = self.names.as_ref().unwrap_or(&self.crl_issuers);
        own.iter().any(|own| names.iter().any(|name| same(own, name)))
    }
}

fn directory(name: &GeneralName) -> Option<&Name> {
    match name {
        GeneralName::Directory(name) => Some(name),
        _ => None,
    }
}

fn same(one: &GeneralName, other: &GeneralName) -> bool {
    match (directory(one), directory(other)) {
        (Some(one), Some(other)) => one.matches(other),
        _ => one == other,
    }
}

fn full_names(name: &DistributionPointName, base: &Name) -> Result<Vec<GeneralName>, Malformed> {
    Ok(match name {
        DistributionPointName::Full(names) => names.clone(),
        DistributionPointName::Relative(relative) => vec![GeneralName::Directory(base.below(relative)?)],
    })
}

//! What a signature covers.

/// A part of the request that a signature may cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Component {
    /// `@method` (RFC 9421 §2.2.1).
    Method,
    /// `@target-uri` (RFC 9421 §2.2.2).
    TargetUri,
    /// `content-digest` (RFC 9530 §2).
    ContentDigest,
    /// `content-type`.
    ContentType,
    /// `idempotency-key`.
    IdempotencyKey,
}

impl Component {
    /// All of them, in the order in which they are signed here.
    pub const ALL: [Self; 5] =
        [Self::Method, Self::TargetUri, Self::ContentDigest, Self::ContentType, Self::IdempotencyKey];

    /// Its name in the headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Method => "@method",
            Self::TargetUri => "@target-uri",
            Self::ContentDigest => "content-digest",
            Self::ContentType => "content-type",
            Self::IdempotencyKey => "idempotency-key",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|component| component.name() == name)
    }
}

/// The values of a request that its signature covers, as they stand in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The method in upper case.
    pub method: String,
    /// The absolute URI that was asked for, with its query, such as
    /// `https://ca.example/api/v1/certificates?status=good`.
    pub target_uri: String,
    /// The `Content-Digest` header.
    pub content_digest: String,
    /// The `Content-Type` header, where there is one.
    pub content_type: Option<String>,
    /// The `Idempotency-Key` header, where there is one.
    pub idempotency_key: Option<String>,
}

impl Covered {
    /// The value of a component; none where the request does not have it.
    #[must_use]
    pub fn value(&self, component: Component) -> Option<&str> {
        match component {
            Component::Method => Some(&self.method),
            Component::TargetUri => Some(&self.target_uri),
            Component::ContentDigest => Some(&self.content_digest),
            Component::ContentType => self.content_type.as_deref(),
            Component::IdempotencyKey => self.idempotency_key.as_deref(),
        }
    }

    /// The components that a signature of this request must cover.
    #[must_use]
    pub fn components(&self) -> Vec<Component> {
        Component::ALL.into_iter().filter(|component| self.value(*component).is_some()).collect()
    }
}

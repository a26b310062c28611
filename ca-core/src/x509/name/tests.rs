use super::*;
use proptest::prelude::*;

fn cn(value: &str) -> Result<Name, NameError> {
    Name::from_parts(&[(AttributeKind::CommonName, value.to_owned())])
}

#[test]
fn country_is_printable_and_chinese_is_utf8() {
    let name = Name::from_parts(&[
        (AttributeKind::Country, "CN".into()),
        (AttributeKind::Organization, "海口市大数据局".into()),
        (AttributeKind::CommonName, "签发机构".into()),
    ])
    .unwrap();
    assert_eq!(&name.as_der()[..15], hex::decode("304b310b300906035504061302434e").unwrap());
    assert_eq!(name.to_string(), "CN=签发机构,O=海口市大数据局,C=CN");
    assert_eq!(name.string_types()[1], (AttributeKind::Organization, Some(StringType::Utf8)));
    assert_eq!(name.get(&AttributeKind::CommonName).as_deref(), Some("签发机构"));
    assert_eq!(name.revalidate().unwrap(), name);
}

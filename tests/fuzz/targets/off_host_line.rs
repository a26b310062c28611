//! The lines of an off-host log, and the facts in lines that someone else made.
#![no_main]

use schemas::off_host::{Chain, Fact};

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    let (mut chain, mut again, mut written) = (Chain::default(), Chain::default(), Vec::new());
    for line in octets.split(|octet| *octet == b'\n') {
        let before = chain;
        let Ok(fact) = chain.read(line) else {
            assert_eq!(chain, before, "what is refused moves nothing");
            continue;
        };
        again.write(fact, &mut written).expect("a fact that was read is written");
        assert_eq!(again.lines(), chain.lines());
    }
    for json in octets.split(|octet| *octet == b'\n') {
        let Ok(fact) = serde_json::from_slice::<Fact>(json) else { continue };
        let (mut writer, mut reader, mut line) = (again, again, Vec::new());
        writer.write(fact.clone(), &mut line).expect("a fact that was read is written");
        let line = line.strip_suffix(b"\n").expect("a line ends with a line feed");
        assert!(!line.contains(&b'\n'));
        if let Ok(read) = reader.read(line) {
            assert_eq!((read, reader), (fact, writer));
        } else {
            assert!(line.len() > schemas::off_host::MAX_LINE, "only what is too long does not come back");
        }
    }
});

//! The structures and constants of GM/T 0018, once. Numbers are of the machine's byte order, values of 256 bits stand right-aligned in
//! fields of 64 bytes.

/// Bytes of a field of a curve's value (ECCref_MAX_LEN): the standard leaves room for curves of 512 bits.
pub const FIELD: usize = 64;

/// Bits of SM2.
pub const SM2_BITS: u32 = 256;

/// SGD_SM3: the hash SM3 (GM/T 0006).
pub const SGD_SM3: u32 = 0x0000_0001;

/// DEVICEINFO (GM/T 0018 section 5.2): what a device is. Texts are padded with zeros or blanks.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DeviceInfo {
    /// Name of the manufacturer.
    pub issuer_name: [u8; 40],
    /// Model of the device.
    pub device_name: [u8; 16],
    /// Serial number.
    pub device_serial: [u8; 16],
    /// Version of the software in the device.
    pub device_version: u32,
    /// Version of the interface.
    pub standard_version: u32,
    /// Asymmetric algorithms: bits of algorithms, bits of lengths.
    pub asymmetric_ability: [u32; 2],
    /// Symmetric algorithms.
    pub symmetric_ability: u32,
    /// Hash algorithms.
    pub hash_ability: u32,
    /// Bytes that files in the device may take.
    pub buffer_size: u32,
}

/// ECCrefPublicKey (GM/T 0018 section 5.5): a point.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct EccPublicKey {
    /// Bits of the curve.
    pub bits: u32,
    /// x.
    pub x: [u8; FIELD],
    /// y.
    pub y: [u8; FIELD],
}

/// ECCSignature (GM/T 0018 section 5.7).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct EccSignature {
    /// r.
    pub r: [u8; FIELD],
    /// s.
    pub s: [u8; FIELD],
}

impl Default for DeviceInfo {
    fn default() -> Self {
        Self {
            issuer_name: [0; 40],
            device_name: [0; 16],
            device_serial: [0; 16],
            device_version: 0,
            standard_version: 0,
            asymmetric_ability: [0; 2],
            symmetric_ability: 0,
            hash_ability: 0,
            buffer_size: 0,
        }
    }
}

impl Default for EccPublicKey {
    fn default() -> Self {
        Self { bits: 0, x: [0; FIELD], y: [0; FIELD] }
    }
}

impl Default for EccSignature {
    fn default() -> Self {
        Self { r: [0; FIELD], s: [0; FIELD] }
    }
}

/// A value of 256 bits in a field: none where it is not right-aligned, as in libraries whose fields are smaller.
pub(crate) fn value(field: &[u8; FIELD]) -> Option<[u8; 32]> {
    let (padding, value) = field.split_at(FIELD - 32);
    if padding.iter().any(|byte| *byte != 0) { None } else { value.try_into().ok() }
}

#[cfg(test)]
mod tests {
    use std::mem::{align_of, offset_of, size_of};

    use super::*;

    /// The sizes and offsets that follow from the standard's declarations: `unsigned int` of 32 bits, no padding.
    #[test]
    fn structures_are_laid_out_as_in_the_standard() {
        assert_eq!((size_of::<DeviceInfo>(), align_of::<DeviceInfo>()), (100, 4));
        assert_eq!(offset_of!(DeviceInfo, device_name), 40);
        assert_eq!(offset_of!(DeviceInfo, device_serial), 56);
        assert_eq!(offset_of!(DeviceInfo, device_version), 72);
        assert_eq!(offset_of!(DeviceInfo, standard_version), 76);
        assert_eq!(offset_of!(DeviceInfo, asymmetric_ability), 80);
        assert_eq!(offset_of!(DeviceInfo, symmetric_ability), 88);
        assert_eq!(offset_of!(DeviceInfo, hash_ability), 92);
        assert_eq!(offset_of!(DeviceInfo, buffer_size), 96);

        assert_eq!((size_of::<EccPublicKey>(), align_of::<EccPublicKey>()), (132, 4));
        assert_eq!((offset_of!(EccPublicKey, bits), offset_of!(EccPublicKey, x)), (0, 4));
        assert_eq!(offset_of!(EccPublicKey, y), 68);

        assert_eq!((size_of::<EccSignature>(), align_of::<EccSignature>()), (128, 1));
        assert_eq!((offset_of!(EccSignature, r), offset_of!(EccSignature, s)), (0, 64));
    }

    #[test]
    fn only_right_aligned_values_are_read() {
        let mut field = [0; FIELD];
        field[32..].fill(7);
        assert_eq!(value(&field), Some([7; 32]));
        field[31] = 1;
        assert_eq!(value(&field), None);
        let mut left = [0; FIELD];
        left[..32].fill(7);
        assert_eq!(value(&left), None);
    }
}

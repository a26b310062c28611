//! The recommended curve of GB/T 32918.5-2017, y² = x³ − 3x + b over the integers modulo p, as 64-bit words, least significant first.

/// The prime p = 2²⁵⁶ − 2²²⁴ − 2⁹⁶ + 2⁶⁴ − 1.
pub(crate) const P: [u64; 4] =
    [0xffff_ffff_ffff_ffff, 0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xffff_fffe_ffff_ffff];

/// The prime order n of the group.
pub(crate) const N: [u64; 4] =
    [0x53bb_f409_39d5_4123, 0x7203_df6b_21c6_052b, 0xffff_ffff_ffff_ffff, 0xffff_fffe_ffff_ffff];

/// The coefficient a = p − 3.
pub(crate) const A: [u64; 4] =
    [0xffff_ffff_ffff_fffc, 0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xffff_fffe_ffff_ffff];

/// The coefficient b.
pub(crate) const B: [u64; 4] =
    [0xddbc_bd41_4d94_0e93, 0xf397_89f5_15ab_8f92, 0x4d5a_9e4b_cf65_09a7, 0x28e9_fa9e_9d9f_5e34];

/// The abscissa of the base point G.
pub(crate) const GX: [u64; 4] =
    [0x715a_4589_334c_74c7, 0x8fe3_0bbf_f266_0be1, 0x5f99_0446_6a39_c994, 0x32c4_ae2c_1f19_8119];

/// The ordinate of the base point G.
pub(crate) const GY: [u64; 4] =
    [0x02df_32e5_2139_f0a0, 0xd0a9_877c_c62a_4740, 0x59bd_cee3_6b69_2153, 0xbc37_36a2_f4f6_779c];

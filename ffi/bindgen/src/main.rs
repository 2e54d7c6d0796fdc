//! Generates bindings from a built library: `uniffi-bindgen generate LIBRARY --language LANGUAGE --out-dir DIRECTORY`.

fn main() {
    uniffi::uniffi_bindgen_main();
}

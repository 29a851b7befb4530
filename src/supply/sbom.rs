//! The bill of materials: what the program was built from, as CycloneDX JSON.

use super::{LOCK, OWN, Package, packages};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The version of CycloneDX that is written.
pub const SPEC: &str = "1.6";

/// A name for this set of crates (RFC 9562, version 8): the same lock file has the same.
fn serial() -> String {
    let mut bytes: Vec<u8> = Sha256::digest(LOCK.as_bytes()).iter().copied().take(16).collect();
    if let [.., version, _, variant, _, _, _, _, _, _, _] = bytes.as_mut_slice() {
        *version = 0x80 | (*version & 0x0f);
        *variant = 0x80 | (*variant & 0x3f);
    }
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    format!("urn:uuid:{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

fn component(package: &Package) -> Value {
    let mut shown = json!({
        "type": "library",
        "bom-ref": package.purl(),
        "name": package.name,
        "version": package.version,
        "scope": "required",
        "licenses": [{ "expression": package.licence }],
        "purl": package.purl(),
    });
    if let Some(checksum) = &package.checksum {
        shown["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if package.repository.starts_with("https://") {
        shown["externalReferences"] = json!([{ "type": "vcs", "url": package.repository }]);
    }
    shown
}

/// Every crate that is part of the program on some platform, with licence, address and hash, and who uses whom. What only
/// tests use is left out. `at` is when it is written (RFC 3339).
pub fn sbom(at: &str) -> Value {
    let all = packages();
    let program = || all.iter().filter(|package| package.in_program);
    let own = program().find(|package| package.name == OWN);
    let own = own.map(|package| {
        json!({
            "type": "application",
            "bom-ref": package.purl(),
            "name": package.name,
            "version": package.version,
            "description": env!("CARGO_PKG_DESCRIPTION"),
            "purl": package.purl(),
        })
    });
    let uses = |package: &Package| {
        let names: Vec<String> = package.uses.iter().filter_map(|place| all.get(*place)).map(Package::purl).collect();
        json!({ "ref": package.purl(), "dependsOn": names })
    };
    json!({
        "$schema": format!("http://cyclonedx.org/schema/bom-{SPEC}.schema.json"),
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": serial(),
        "version": 1,
        "metadata": {
            "timestamp": at,
            "lifecycles": [{ "phase": "build" }],
            "tools": { "components": [{ "type": "application", "name": OWN, "version": env!("CARGO_PKG_VERSION") }] },
            "component": own,
        },
        "components": program().filter(|package| package.source.is_some()).map(component).collect::<Vec<_>>(),
        "dependencies": program().map(uses).collect::<Vec<_>>(),
    })
}

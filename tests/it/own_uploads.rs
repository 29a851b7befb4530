//! Files somebody uploads as a picture of an exercise: whatever they are, nothing but pixels is kept.

use crate::support::own::image;
use crate::support::{Clinic, Person};
use image::ImageFormat::{Jpeg, Png, WebP};

/// A JPEG with place, description and a turn by 90 degrees in its Exif part.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    // Two lists of entries: 3 of 12 bytes from byte 8 on, then the place from byte 50 on, then the text.
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(entry(0x010e, 2, 14, 68));
    tiff.extend(entry(0x0112, 3, 1, 6));
    tiff.extend(entry(0x8825, 4, 1, 50));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(1_u16.to_le_bytes());
    tiff.extend(entry(0x0001, 2, 2, u32::from(b'N')));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(b"CANARY-AT-HOME");
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let length = u16::try_from(segment.len() + 2).unwrap();
    let mut file = jpeg[..2].to_vec();
    file.extend([0xff, 0xe1]);
    file.extend(length.to_be_bytes());
    file.extend(segment);
    file.extend(&jpeg[2..]);
    file
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A PNG whose head promises very many pixels.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut file = image(120, 120, Png);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&file[12..29]);
    file[29..33].copy_from_slice(&sum.to_be_bytes());
    file
}

/// The check sum of a part of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    let step =
        |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 });
    !bytes.iter().fold(u32::MAX, step)
}

fn refused(ben: &Person, id: &str, name: &str, file: &[u8], words: &str) {
    let page = ben.upload(id, name, file).is(422);
    assert!(page.errors().iter().any(|e| e.contains(words)), "{name}: {:?}", page.errors());
    assert_eq!(page.count("#f-picture-error"), 1, "{name}: beside the field");
    assert!(page.form_to(&format!("/pro/exercises/{id}/picture")).value("alt").unwrap().starts_with("On hands"), "what was typed stays");
}

each_backend! {
    fn nothing_but_pixels_is_kept(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let id = clinic.app.own_exercise(&clinic.ben, "CO5");
        let file = with_exif(&image(1600, 800, Jpeg));
        assert!(holds(&file, "CANARY") && holds(&file, "Exif"));
        ben.upload(&id, "holiday.jpg", &file).is(303);
        let shown = ben.get(&format!("/pro/exercises/{id}")).is(200);
        let of = |name: &str| shown.attributes("img.figure-photo", name).remove(0);
        assert_eq!((of("width"), of("height")), ("600".to_owned(), "1200".to_owned()), "smaller and upright");
        let src = of("src");
        let kept = ben.request("GET", &src).send().unwrap().bytes().unwrap();
        assert!(kept.starts_with(&[0xff, 0xd8, 0xff]));
        assert!(!holds(&kept, "CANARY") && !holds(&kept, "Exif"), "no place, no words");
        // A name and a declared type say nothing: the content does.
        for (name, format) in [("a.exe", Png), ("b.svg", WebP), ("c", Jpeg)] {
            ben.upload(&id, name, &image(300, 200, format)).is(303);
        }
    }

    fn whatever_is_no_picture_is_refused_beside_its_field(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let id = clinic.app.own_exercise(&clinic.ben, "CO5");
        let whole = image(400, 300, Jpeg);
        let mut late = image(400, 300, Png);
        late.truncate(late.len() / 2);
        let none = "not a picture in one of the formats";
        refused(&ben, &id, "drawing.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>", none);
        refused(&ben, &id, "page.jpg", b"<!DOCTYPE html><script>alert(1)</script>", none);
        refused(&ben, &id, "moving.gif", b"GIF89a\x01\0\x01\0\0\0\0;", none);
        refused(&ben, &id, "short.jpg", &whole[..20], "cannot be read");
        refused(&ben, &id, "short.png", &late, "cannot be read");
        refused(&ben, &id, "bomb.png", &bomb(60_000, 60_000), "40 million");
        refused(&ben, &id, "wide.png", &bomb(4_000_000_000, 2), "40 million");
        refused(&ben, &id, "dot.png", &image(20, 20, Png), "too small");
        refused(&ben, &id, "large.jpg", &[whole.clone(), vec![0; 5 * 1024 * 1024]].concat(), "larger than 5 megabytes");
        refused(&ben, &id, "nothing.jpg", b"", "Choose a picture");
        assert_eq!(clinic.app.database.count("clinic_pictures"), 0);
        assert_eq!(clinic.app.database.count("clinic_exercise_versions"), 1);
    }

    fn a_file_comes_only_with_the_token_and_with_words(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let id = clinic.app.own_exercise(&clinic.ben, "CO5");
        let path = format!("/pro/exercises/{id}/picture");
        let file = image(400, 300, Jpeg);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        ben.post_parts(&path, &[pair("alt", "A long enough sentence."), pair("version", "1")], Some(("a.jpg", &file))).is(403);
        ben.post_parts(&path, &[pair("csrf", "wrong"), pair("version", "1")], Some(("a.jpg", &file))).is(403);
        let wordless = [pair("csrf", &ben.token()), pair("version", "1")];
        let page = ben.post_parts(&path, &wordless, Some(("a.jpg", &file))).is(422);
        assert!(page.errors().iter().any(|e| e.contains("Say in a sentence")), "{:?}", page.errors());
        let stale = [pair("csrf", &ben.token()), pair("version", "7"), pair("alt", "A long enough sentence.")];
        ben.post_parts(&path, &stale, Some(("a.jpg", &file))).is(422);
        assert_eq!(clinic.app.database.count("clinic_pictures"), 0);
        let ann = clinic.app.signed_in(&clinic.ann);
        ann.post_parts(&path, &[pair("csrf", &ann.token())], Some(("a.jpg", &file))).is(404);
    }
}

//! The directory of Thái Nguyên, old and new: what `tnld authorities import` would be given.
//!
//! Until 30 June 2025 there were Bắc Kạn (06) and Thái Nguyên (19), with districts; since 1 July 2025 there
//! is one Thái Nguyên (19) with communes alone. Labour passed from the Sở LĐTBXH to the Sở Nội
//! vụ, and district police ended, on 1 March 2025.

use chrono::{DateTime, NaiveDate, Utc};

use super::visitors::COMMUNE;
use crate::{
    domain::{
        contact::{Channel, Contact},
        place::{Places, Unit, UnitLevel},
    },
    error::{AppError, Result},
    ids::ContactId,
    service::directory::COLUMNS,
    text::search_key,
    time::day_in_vietnam,
};

/// Today's province.
pub const PROVINCE: &str = "19";
/// The provinces that it was made of.
const OLD_PROVINCES: [&str; 2] = ["06", PROVINCE];
/// A commune whose police are not in the directory yet: their alerts go to the province's (RT-7).
pub const WITHOUT_POLICE: &str = "05740";

const LAW: &str = "2016-07-01";
const MARCH: &str = "2025-03-01";
const JULY: &str = "2025-07-01";

/// First day of the communes of today.
pub fn reform() -> NaiveDate {
    day(JULY)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("the days above are days")
}

/// One row; the fields of the CSV in their order.
struct Row {
    id: String,
    role: &'static str,
    name: String,
    level: &'static str,
    territory: String,
    from: &'static str,
    to: &'static str,
    emails: String,
    escalates_to: String,
    sectors: &'static str,
}

/// The directory as a CSV.
pub fn directory(places: &Places) -> Result<String> {
    let mut rows = ministries();
    for code in OLD_PROVINCES {
        rows.extend(old_province(places, code));
    }
    rows.extend(new_province(places));

    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(AppError::internal)?;
    for (at, row) in rows.iter().enumerate() {
        let phone = format!("0208000{at:04}");
        let cells = [
            row.id.as_str(),
            row.role,
            &row.name,
            row.level,
            &row.territory,
            row.from,
            row.to,
            &row.emails,
            &phone,
            &row.escalates_to,
            row.sectors,
        ];
        writer.write_record(cells).map_err(AppError::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| AppError::internal(error.into_error()))?;
    String::from_utf8(bytes).map_err(AppError::internal)
}

fn ministries() -> Vec<Row> {
    const MINISTRIES: [(&str, &str, &str, &str, &str, &str); 9] = [
        (
            "BLDTBXH",
            "LABOUR_MINISTRY",
            "Bộ Lao động - Thương binh và Xã hội",
            LAW,
            MARCH,
            "",
        ),
        ("BNV", "LABOUR_MINISTRY", "Bộ Nội vụ", MARCH, "", ""),
        ("BCT", "LINE_MINISTRY", "Bộ Công Thương", LAW, "", "oil_gas"),
        (
            "BGTVT",
            "LINE_MINISTRY",
            "Bộ Giao thông vận tải",
            LAW,
            MARCH,
            "rail;road;inland_water;sea;air",
        ),
        (
            "BXD",
            "LINE_MINISTRY",
            "Bộ Xây dựng",
            MARCH,
            "",
            "rail;road;inland_water;sea;air",
        ),
        (
            "BKHCN",
            "LINE_MINISTRY",
            "Bộ Khoa học và Công nghệ",
            LAW,
            "",
            "radiation",
        ),
        ("BQP", "LINE_MINISTRY", "Bộ Quốc phòng", LAW, "", "army"),
        ("BCA", "LINE_MINISTRY", "Bộ Công an", LAW, "", "police"),
        (
            "VKSTC",
            "PROCURACY",
            "Viện kiểm sát nhân dân tối cao",
            LAW,
            "",
            "",
        ),
    ];
    MINISTRIES
        .into_iter()
        .map(|(id, role, name, from, to, sectors)| Row {
            id: id.into(),
            role,
            name: name.into(),
            level: "country",
            territory: "VN".into(),
            from,
            to,
            emails: format!("truc@{}.test", id.to_lowercase()),
            escalates_to: String::new(),
            sectors,
        })
        .collect()
}

/// The bodies of a province before 1 July 2025.
fn old_province(places: &Places, code: &'static str) -> Vec<Row> {
    let before = day(MARCH);
    let Ok(province) = places.unit_on(UnitLevel::Province, code, before) else {
        return Vec::new();
    };
    let name = lower_first(&province.full_name);
    let domain = format!("{}.test", slug(&province.name));
    let of_province = |id: String, role, name: String, from, to, box_name: &str| Row {
        id,
        role,
        name,
        level: "province",
        territory: code.into(),
        from,
        to,
        emails: format!("{box_name}@{domain}"),
        escalates_to: String::new(),
        sectors: "",
    };
    let mut rows = vec![
        of_province(
            format!("TTS-{code}"),
            "PROVINCIAL_LABOUR_AUTHORITY",
            format!("Thanh tra Sở LĐTBXH {name}"),
            LAW,
            MARCH,
            "thanhtra-ldtbxh",
        ),
        of_province(
            format!("SNV-{code}-CU"),
            "PROVINCIAL_LABOUR_AUTHORITY",
            format!("Sở Nội vụ {name}"),
            MARCH,
            JULY,
            "sonoivu",
        ),
        of_province(
            format!("CAT-{code}-CU"),
            "LOCAL_POLICE",
            format!("Công an {name}"),
            MARCH,
            JULY,
            "congan",
        ),
        of_province(
            format!("CSDT-{code}-CU"),
            "INVESTIGATING_POLICE",
            format!("Cơ quan CSĐT Công an {name}"),
            LAW,
            JULY,
            "csdt",
        ),
        of_province(
            format!("UBND-{code}-CU"),
            "PROVINCIAL_PC",
            format!("Ủy ban nhân dân {name}"),
            LAW,
            JULY,
            "vanphong-ubnd",
        ),
    ];
    let here = |unit: &&Unit| unit.province_code == code;
    for district in places.in_force(UnitLevel::District, before).filter(here) {
        let name = lower_first(&district.full_name);
        let box_name = slug(&district.full_name);
        let of_district = |id: String, role, name, to, box_name: String| Row {
            id,
            role,
            name,
            level: "district",
            territory: district.code.clone(),
            from: LAW,
            to,
            emails: format!("{box_name}@{domain}"),
            escalates_to: String::new(),
            sectors: "",
        };
        rows.push(of_district(
            format!("CAH-{}", district.code),
            "LOCAL_POLICE",
            format!("Công an {name}"),
            MARCH,
            format!("congan-{box_name}"),
        ));
        rows.push(of_district(
            format!("UBH-{}", district.code),
            "DISTRICT_PC",
            format!("Ủy ban nhân dân {name}"),
            JULY,
            format!("ubnd-{box_name}"),
        ));
    }
    for commune in places.in_force(UnitLevel::Commune, before).filter(here) {
        rows.push(commune_committee(commune, &domain, LAW, JULY));
    }
    rows
}

/// The bodies since 1 July 2025.
fn new_province(places: &Places) -> Vec<Row> {
    let Ok(province) = places.unit_on(UnitLevel::Province, PROVINCE, reform()) else {
        return Vec::new();
    };
    let name = lower_first(&province.full_name);
    let domain = format!("{}.test", slug(&province.name));
    let of_province = |id: &str, role, name: String, emails: String, escalates_to: &str| Row {
        id: id.into(),
        role,
        name,
        level: "province",
        territory: PROVINCE.into(),
        from: JULY,
        to: "",
        emails,
        escalates_to: escalates_to.into(),
        sectors: "",
    };
    let mut rows = vec![
        of_province(
            "SNV-19",
            "PROVINCIAL_LABOUR_AUTHORITY",
            format!("Sở Nội vụ {name}"),
            format!("sonoivu@{domain};truc-tnld@{domain}"),
            "UBND-19",
        ),
        of_province(
            "UBND-19",
            "PROVINCIAL_PC",
            format!("Ủy ban nhân dân {name}"),
            format!("vanphong-ubnd@{domain}"),
            "",
        ),
        of_province(
            "CSDT-19",
            "INVESTIGATING_POLICE",
            format!("Cơ quan CSĐT Công an {name}"),
            format!("csdt@{domain}"),
            "",
        ),
        of_province(
            "BHXH-19",
            "INSURER",
            format!("Bảo hiểm xã hội {name}"),
            format!("bhxh@{domain}"),
            "",
        ),
    ];
    // A neighbour, to which a case of another place is transferred.
    for (name, from, to) in [
        ("Thanh tra Sở LĐTBXH tỉnh Lạng Sơn", LAW, MARCH),
        ("Sở Nội vụ tỉnh Lạng Sơn", MARCH, ""),
    ] {
        rows.push(Row {
            id: "SNV-20".into(),
            role: "PROVINCIAL_LABOUR_AUTHORITY",
            name: name.into(),
            level: "province",
            territory: "20".into(),
            from,
            to,
            emails: "sonoivu@lang-son.test".into(),
            escalates_to: String::new(),
            sectors: "",
        });
    }
    let here = |unit: &&Unit| unit.province_code == PROVINCE;
    for commune in places.in_force(UnitLevel::Commune, reform()).filter(here) {
        rows.push(commune_committee(commune, &domain, JULY, ""));
        if commune.code != WITHOUT_POLICE {
            rows.push(Row {
                id: format!("CAX-{}", commune.code),
                role: "LOCAL_POLICE",
                name: format!("Công an {}", lower_first(&commune.full_name)),
                level: "commune",
                territory: commune.code.clone(),
                from: JULY,
                to: "",
                emails: format!("congan-{}@{domain}", slug(&commune.full_name)),
                escalates_to: "CSDT-19".into(),
                sectors: "",
            });
        }
    }
    rows
}

/// The mailbox of the police of the commune in which a newcomer declares a death. It is given up: what is
/// sent there from now on comes back.
pub const DEAD_MAILBOX: &str = "congan-xa-phu-binh@thai-nguyen.test";

/// Who is told next there: the duty room.
pub fn duty_room(now: DateTime<Utc>) -> Contact {
    Contact {
        id: ContactId::generate(),
        authority_id: format!("CAX-{COMMUNE}"),
        position: 1,
        channel: Channel::Email,
        address: "trucban-xa-phu-binh@thai-nguyen.test".into(),
        name: "Trực ban Công an xã Phú Bình".into(),
        phone: Some("02080005908".into()),
        verified_at: None,
        valid_from: day_in_vietnam(now),
        valid_to: None,
        created_at: now,
    }
}

fn commune_committee(commune: &Unit, domain: &str, from: &'static str, to: &'static str) -> Row {
    // An old code may be that of another commune today: the ids must not be one.
    let old = if to.is_empty() { "" } else { "-CU" };
    Row {
        id: format!("UBX-{}{old}", commune.code),
        role: "COMMUNE_PC",
        name: format!("Ủy ban nhân dân {}", lower_first(&commune.full_name)),
        level: "commune",
        territory: commune.code.clone(),
        from,
        to,
        emails: format!(
            "ubnd-{}-{}@{domain}",
            slug(&commune.full_name),
            commune.code
        ),
        escalates_to: String::new(),
        sectors: "",
    }
}

/// `Xã La Hiên` within a name: `xã La Hiên`.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

fn slug(name: &str) -> String {
    search_key(name).replace(' ', "-")
}

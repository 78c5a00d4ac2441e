#pragma once
// People as a table (XLSX), as an office keeps them: a row a person, further rows of the same mã
// for further posts. The first row with something in it names the columns, in any order, letter
// case and accents ignored:
//
//   mã               id of the person                 chức danh   shown in messages
//   đơn vị           id, name or short name (units.yaml): of the person in the first row of the mã,
//                    of the post in each
//   email, điện thoại, zalo, ngôn ngữ (vi, en), kênh (email, zalo, sms), giờ bản tin,
//   yên lặng từ, yên lặng đến                         as in people.yaml
//   vai trò          trưởng | phó | người thay | cấp trên | cấp trên mặc định | cấp trên khối Đảng
//   từ ngày, đến ngày, thay cho                       of a người thay; both days count
//   lĩnh vực, đơn vị phụ trách                        of a cấp trên; several with ; between
//
// Days may be days of the sheet, 24/11/2026 or 2026-11-24. Mistakes are problems of the file
// "NAME, sheet SHEET" with the row as line and "COLUMN (HEADING)" as key. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "directory/directory.h"

namespace kip {

// The same people as people.yaml; none where there are problems. `file`: its name, for messages.
std::optional<std::string> people_from_xlsx(const std::string& file, std::string_view bytes,
                                            const Registry& registry, bool any_field,
                                            Problems& problems);

// Lower case without accents, blanks made one: "Đơn vị " and "đơn vị" are "don vi". Composed and
// decomposed letters alike.
std::string folded(std::string_view text);

}  // namespace kip

// Letters without their accents.

#include "base/utf8.h"
#include "directory/people_table.h"

namespace kip {
namespace {

struct Letters {
  char32_t first, last;
  char plain;
};
// The letters of Vietnamese beyond ASCII, capitals and small ones, by their code points.
constexpr Letters kLetters[] = {
    {0xC0, 0xC5, 'a'},     {0xC8, 0xCB, 'e'},     {0xCC, 0xCF, 'i'},     {0xD2, 0xD6, 'o'},
    {0xD9, 0xDC, 'u'},     {0xDD, 0xDD, 'y'},     {0xE0, 0xE5, 'a'},     {0xE8, 0xEB, 'e'},
    {0xEC, 0xEF, 'i'},     {0xF2, 0xF6, 'o'},     {0xF9, 0xFC, 'u'},     {0xFD, 0xFD, 'y'},
    {0x102, 0x103, 'a'},   {0x110, 0x111, 'd'},   {0x128, 0x129, 'i'},   {0x168, 0x169, 'u'},
    {0x1A0, 0x1A1, 'o'},   {0x1AF, 0x1B0, 'u'},   {0x1EA0, 0x1EB7, 'a'}, {0x1EB8, 0x1EC7, 'e'},
    {0x1EC8, 0x1ECB, 'i'}, {0x1ECC, 0x1EE3, 'o'}, {0x1EE4, 0x1EF1, 'u'}, {0x1EF2, 0x1EF9, 'y'}};

bool blank(char32_t code) { return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xA0; }

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  bool between = false;
  while (!text.empty()) {
    const std::size_t bytes = utf8_front(text);
    const std::string_view letter = text.substr(0, bytes == 0 ? 1 : bytes);
    text.remove_prefix(letter.size());
    char32_t code = bytes == 0 ? U'?' : utf8_code(letter);
    if (code >= 0x300 && code <= 0x36F) continue;  // an accent of its own
    if (blank(code)) {
      between = !out.empty();
      continue;
    }
    if (between) out += ' ';
    between = false;
    for (const Letters& row : kLetters) {
      if (code >= row.first && code <= row.last) code = static_cast<unsigned char>(row.plain);
    }
    if (code >= 'A' && code <= 'Z') code += 'a' - 'A';
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else {
      out += letter;
    }
  }
  return out;
}

}  // namespace kip

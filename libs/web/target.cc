#include "web/target.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "web/text.h"

namespace kip::web {
namespace {

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// "http://host/path" -> "/path"; the origin form stays as it is.
std::string_view without_authority(std::string_view target) {
  const std::string scheme = ascii_lower(target.substr(0, 8));
  const std::size_t host = scheme == "https://" ? 8 : scheme.starts_with("http://") ? 7 : 0;
  if (host == 0) return target;
  const std::size_t end = target.find_first_of("/?", host);
  return end == std::string_view::npos ? "/" : target.substr(end);
}

Status parse_query(std::string_view query, Fields& out) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const bool valued = equals != std::string_view::npos;
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(valued ? pair.substr(equals + 1) : "", true);
    if (!name || !value) return invalid("the query is not percent-encoded UTF-8");
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> split_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return invalid("a path begins with a slash");
  std::vector<std::string> segments;
  do {
    path.remove_prefix(1);
    segments.emplace_back(path.substr(0, path.find('/')));
    path.remove_prefix(segments.back().size());
  } while (!path.empty());
  return segments;
}

Result<Target> parse_target(std::string_view target) {
  if (target.find('#') != std::string_view::npos) return invalid("a target has no fragment");
  target = without_authority(target);
  const std::size_t mark = target.find('?');
  auto segments = split_path(target.substr(0, mark));
  if (!segments) return segments.error();

  Target out;
  for (const std::string& segment : *segments) {
    auto decoded = percent_decode(segment, false);
    if (!decoded) return invalid("the path is not percent-encoded UTF-8");
    if (has_control(*decoded)) return invalid("the path holds a control character");
    out.path += '/' + *decoded;
    out.segments.push_back(std::move(*decoded));
  }
  if (mark == std::string_view::npos) return out;
  const Status query = parse_query(target.substr(mark + 1), out.query);
  if (!query) return query.error();
  return out;
}

}  // namespace kip::web

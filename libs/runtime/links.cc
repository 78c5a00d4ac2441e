#include "runtime/links.h"

#include "contract/dependency_state.h"
#include "store/keys.h"

namespace kip {

bool LinkRows::is_for_others(std::string_view key) {
  return !key.empty() && (key.front() == 'w' || key.front() == 's');
}

Result<LinkRows::Row> LinkRows::read(std::string_view key, std::string_view value) {
  if (key.size() < 5 || !is_for_others(key)) return corrupt("a key is none of table link");
  const keys::LinkKey parts = keys::read_link(key);
  Row row{std::string(value), {}};
  if (parts.kind == 'w') return row;
  auto told = decode_link(parts.item_id, value);
  if (!told) return told.error();
  row.told = std::move(*told);
  return row;
}

Status LinkRows::take(std::string_view key, std::optional<std::string_view> value) {
  const auto found = rows_.find(key);
  if (!value) {
    if (found == rows_.end()) return {};
    rows_.erase(found);
    links_.reset();
    return {};
  }
  auto row = read(key, *value);
  if (!row) return row.error();
  if (found != rows_.end() && found->second == *row) return {};
  rows_.insert_or_assign(std::string(key), std::move(*row));
  links_.reset();
  return {};
}

Status LinkRows::take_all(const Store& store) {
  std::map<std::string, Row, std::less<>> rows;
  Status status;
  for (const char kind : {'s', 'w'}) {
    const std::string from(1, kind), end(1, static_cast<char>(kind + 1));
    const Status scanned =
        store.scan(Table::kLink, from, end, [&](std::string_view key, std::string_view value) {
          auto row = read(key, value);
          if (row) rows.emplace(key, std::move(*row));
          if (!row) status = row.error();
          return status.ok();
        });
    if (!scanned) return scanned;
    if (!status) return status;
  }
  if (rows != rows_) links_.reset();
  rows_ = std::move(rows);
  return {};
}

std::shared_ptr<const Links> LinkRows::links() {
  if (links_) return links_;
  auto made = std::make_shared<Links>();
  for (const auto& [key, row] : rows_) {
    const keys::LinkKey parts = keys::read_link(key);
    if (parts.kind == 'w') made->watched.emplace(parts.item_id);
    if (parts.kind == 's') made->told.insert_or_assign(row.told.item_id, row.told);
  }
  links_ = std::move(made);
  return links_;
}

}  // namespace kip

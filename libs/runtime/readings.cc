#include "runtime/readings.h"

#include "store/keys.h"

namespace kip {

Result<bool> keep_reading(const Store& store, const Reading& reading, std::string_view stamped,
                          std::set<std::string>& fresh, Batch& batch) {
  const std::string_view hash(reinterpret_cast<const char*>(reading.content.data()),
                              reading.content.size());
  const char kind = reading.what == Accepted::What::kIndicator ? 'i' : 's';
  std::string key = keys::reading(kind, reading.subject, reading.as_of, hash);
  if (fresh.contains(key)) return false;
  auto stored = store.get(Table::kReading, key);
  if (!stored) return stored.error();
  if (*stored) return false;
  batch.put(Table::kReading, key, std::string(stamped));
  fresh.insert(std::move(key));
  return true;
}

}  // namespace kip

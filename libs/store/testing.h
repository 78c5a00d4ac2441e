#pragma once
// What the tests of stores share: a directory that goes away, and a table as a value to compare.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "store/store.h"

namespace kip::test {

class TempDir {
 public:
  TempDir() {
    path_ = (std::filesystem::temp_directory_path() / "kip-test-XXXXXX").string();
    KIP_CHECK(::mkdtemp(path_.data()) != nullptr);
  }
  ~TempDir() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

using Rows = std::vector<std::pair<std::string, std::string>>;

inline Rows rows_of(const Store& store, Table table, std::string_view from = {},
                    std::string_view until = {}) {
  Rows rows;
  const Status status =
      store.scan(table, from, until, [&](std::string_view key, std::string_view value) {
        rows.emplace_back(key, value);
        return true;
      });
  EXPECT_TRUE(status) << status.error().message;
  return rows;
}

inline std::vector<std::string> keys_of(const Store& store, Table table, std::string_view from = {},
                                        std::string_view until = {}) {
  std::vector<std::string> keys;
  for (auto& row : rows_of(store, table, from, until)) keys.push_back(std::move(row.first));
  return keys;
}

inline std::vector<Rows> all_rows(const Store& store) {
  std::vector<Rows> tables;
  for (int i = 0; i < kTableCount; ++i) tables.push_back(rows_of(store, static_cast<Table>(i)));
  return tables;
}

inline std::string value_of(const Store& store, Table table, std::string_view key) {
  const auto value = store.get(table, key);
  EXPECT_TRUE(value) << value.error().message;
  return value && *value ? **value : "(none)";
}

inline Status put(Store& store, Table table, std::string key, std::string value) {
  Batch batch;
  batch.put(table, std::move(key), std::move(value));
  return store.write(batch, Durability::kSynced);
}

// Bytes that do not compress, the same for the same seed.
inline std::string noise(std::size_t size, std::uint64_t seed) {
  std::string out;
  std::uint64_t x = seed * 2654435769ULL + 1;
  while (out.size() < size) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    out += static_cast<char>(static_cast<unsigned char>(x >> 32));
  }
  return out;
}

}  // namespace kip::test

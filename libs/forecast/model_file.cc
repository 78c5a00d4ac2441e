#include "forecast/model_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <span>

#include "base/hash.h"

namespace kip::forecast {
namespace {

constexpr std::string_view kMagic = "KIPMODEL";
// The first had no formula for strangers: models of it are still read, and written as they were.
constexpr std::uint32_t kFirstVersion = 1, kVersion = 2;
constexpr std::size_t kHead = kMagic.size() + 4 + 4 + 8;
// A model of other numbers is another version. So is one whose numbers or groups mean another thing
// (features.cc), which nothing here can see.
static_assert(kVersion == 2 && kNumbers == 22 && kGroups == 11 && kKnots == 10 && kBins == 10 &&
              kRates == 14 && kBagSteps == 64 && kFinishBins == 33);

class Writer {
 public:
  void fixed(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
  }
  void real(double value) { fixed(std::bit_cast<std::uint64_t>(value), 8); }
  void reals(std::span<const double> values) {
    for (const double value : values) real(value);
  }

  std::string out;
};

// What is not there or not so reads as 0 and is remembered.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }
  void expect(bool holds) { good_ = good_ && holds; }

  std::uint64_t fixed(int bytes) {
    const auto size = static_cast<std::size_t>(bytes);
    expect(rest_.size() >= size);
    if (!good_) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= byte(i) << (8 * i);
    rest_.remove_prefix(size);
    return value;
  }
  std::uint64_t varint(std::uint64_t most) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint64_t part = fixed(1);
      value |= (part & 0x7f) << shift;
      if (part < 0x80) {
        expect(value <= most);
        return good_ ? value : 0;
      }
    }
    good_ = false;
    return 0;
  }
  std::uint32_t count() {
    return static_cast<std::uint32_t>(varint(std::numeric_limits<std::uint32_t>::max()));
  }
  double real() {
    const auto value = std::bit_cast<double>(fixed(8));
    expect(std::isfinite(value));
    return good_ ? value : 0;
  }
  void reals(std::span<double> values) {
    for (double& value : values) value = real();
  }

 private:
  std::uint64_t byte(std::size_t at) const { return static_cast<unsigned char>(rest_[at]); }

  std::string_view rest_;
  bool good_ = true;
};

// The groups of a table by their keys.
template <typename Groups, typename Write>
void write_groups(const Groups& groups, Writer& to, const Write& write) {
  std::vector<std::uint64_t> keys;
  keys.reserve(groups.size());
  for (const auto& [key, counts] : groups) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  to.varint(keys.size());
  for (const std::uint64_t key : keys) {
    to.fixed(key, 8);
    write(groups.at(key));
  }
}

template <typename Groups, typename Read>
void read_groups(Groups& groups, Reader& from, const Read& read) {
  constexpr std::size_t kGroupMin = 8 + 2;  // bytes
  const std::uint64_t size = from.varint(from.left() / kGroupMin);
  groups.reserve(size);
  std::uint64_t before = 0;
  for (std::uint64_t i = 0; i < size && from.good(); ++i) {
    const std::uint64_t key = from.fixed(8);
    from.expect(i == 0 || key > before);
    before = key;
    read(groups[key]);
  }
}

using Bins = std::array<std::uint32_t, kFinishBins>;

void write_bins(const Bins& bins, Writer& to) {
  std::uint64_t there = 0;
  for (std::size_t b = 0; b < kFinishBins; ++b) there |= std::uint64_t{bins[b] != 0} << b;
  to.varint(there);
  for (const std::uint32_t count : bins) {
    if (count != 0) to.varint(count);
  }
}

void read_bins(Bins& bins, Reader& from) {
  const std::uint64_t there = from.varint((std::uint64_t{1} << kFinishBins) - 1);
  for (std::size_t b = 0; b < kFinishBins; ++b) {
    if ((there >> b & 1) != 0) bins[b] = from.count();
  }
}

}  // namespace

struct ModelFile {
  static void write(const LateRates& rates, Writer& to) {
    write_groups(rates.groups_, to, [&](const LateRates::Counts& knots) {
      std::array<LateRates::Count, kKnots> sums{};
      std::uint64_t there = 0;
      for (std::size_t k = 0; k < kKnots; ++k) {
        for (const LateRates::Count& fold : knots[k]) {
          sums[k].open += fold.open;
          sums[k].late += fold.late;
        }
        there |= std::uint64_t{sums[k].open != 0} << k;
      }
      to.varint(there);
      for (const LateRates::Count& sum : sums) {
        if (sum.open == 0) continue;
        to.varint(sum.open);
        to.varint(sum.late);
      }
    });
  }

  static void read(LateRates& rates, Reader& from) {
    read_groups(rates.groups_, from, [&](LateRates::Counts& knots) {
      const std::uint64_t there = from.varint((1U << kKnots) - 1);
      for (std::size_t k = 0; k < kKnots; ++k) {
        if ((there >> k & 1) == 0) continue;
        LateRates::Count& sum = knots[k].front();
        sum.open = from.count();
        sum.late = from.count();
        from.expect(sum.late <= sum.open);
      }
    });
  }

  static void write(const FinishTimes& times, Writer& to) {
    write_groups(times.groups_, to, [&](const FinishTimes::Counts& counts) {
      write_bins(counts.ended, to);
      write_bins(counts.open, to);
    });
  }

  static void read(FinishTimes& times, Reader& from) {
    read_groups(times.groups_, from, [&](FinishTimes::Counts& counts) {
      read_bins(counts.ended, from);
      read_bins(counts.open, from);
    });
  }

  // By step, in its order; counts of all folds.
  static void write_taken(const LateRates& rates, Writer& to) {
    const std::map<std::uint16_t, LateRates::FoldCounts> taken(rates.taken_.begin(),
                                                               rates.taken_.end());
    to.varint(taken.size());
    for (const auto& [step, folds] : taken) {
      LateRates::Count sum;
      for (const LateRates::Count& fold : folds) {
        sum.open += fold.open;
        sum.late += fold.late;
      }
      to.fixed(step, 2);
      to.varint(sum.open);
      to.varint(sum.late);
    }
  }

  static void read_taken(LateRates& rates, Reader& from) {
    constexpr std::size_t kStepMin = 2 + 2;  // bytes
    const std::uint64_t size = from.varint(from.left() / kStepMin);
    std::uint64_t before = 0;
    for (std::uint64_t i = 0; i < size && from.good(); ++i) {
      const std::uint64_t step = from.fixed(2);
      from.expect(i == 0 || step > before);
      before = step;
      LateRates::Count& sum = rates.taken_[static_cast<std::uint16_t>(step)].front();
      sum.open = from.count();
      sum.late = from.count();
      from.expect(sum.late <= sum.open);
    }
  }

  // `rates`: how many of them it weighs.
  static void write(const Model::Formula& formula, std::size_t rates, Writer& to) {
    to.real(formula.weights.common);
    to.reals(std::span(formula.weights.rates).first(rates));
    for (const auto& bins : formula.weights.bins) to.reals(bins);
    to.reals(formula.weights.steps);
    to.real(formula.calibration.slope);
    to.real(formula.calibration.shift);
    to.reals(formula.mean.numbers);
    to.reals(formula.mean.groups);
  }

  static void read(Model::Formula& formula, std::size_t rates, Reader& from) {
    formula.weights.common = from.real();
    from.reals(std::span(formula.weights.rates).first(rates));
    for (auto& bins : formula.weights.bins) from.reals(bins);
    from.reals(formula.weights.steps);
    formula.calibration.slope = from.real();
    formula.calibration.shift = from.real();
    from.reals(formula.mean.numbers);
    from.reals(formula.mean.groups);
  }

  static std::uint32_t version_of(const Model& model) {
    return model.strangers_ ? kVersion : kFirstVersion;
  }

  static void write(const Model& model, Writer& to) {
    for (const auto& cuts : model.cuts_) {
      to.fixed(cuts.size(), 1);
      for (const float cut : cuts) to.fixed(std::bit_cast<std::uint32_t>(cut), 4);
    }
    to.fixed(model.known_steps_.size(), 1);
    for (const std::uint16_t step : model.known_steps_) to.fixed(step, 2);
    write(model.known_, kGroups, to);
    write(model.rates_, to);
    write(model.finish_times_, to);
    if (!model.strangers_) return;
    write(*model.strangers_, kRates, to);
    write_taken(model.rates_, to);
  }

  static void read(Model& model, std::uint64_t version, Reader& from) {
    for (auto& cuts : model.cuts_) {
      const std::uint64_t size = from.fixed(1);
      from.expect(size < kBins);
      for (std::uint64_t i = 0; i < size && from.good(); ++i) {
        const auto cut = std::bit_cast<float>(static_cast<std::uint32_t>(from.fixed(4)));
        from.expect(cuts.empty() ? !std::isnan(cut) : cut > cuts.back());
        cuts.push_back(cut);
      }
    }
    const std::uint64_t steps = from.fixed(1);
    from.expect(steps <= kBagSteps);
    for (std::uint64_t i = 0; i < steps && from.good(); ++i) {
      const auto step = static_cast<std::uint16_t>(from.fixed(2));
      from.expect(model.known_steps_.empty() || step > model.known_steps_.back());
      model.known_steps_.push_back(step);
    }
    read(model.known_, kGroups, from);
    read(model.rates_, from);
    read(model.finish_times_, from);
    if (version > kFirstVersion) {
      read(model.strangers_.emplace(), kRates, from);
      read_taken(model.rates_, from);
    }
    from.expect(from.at_end());
  }
};

std::string encode_model(const Model& model) {
  Writer body;
  ModelFile::write(model, body);
  KIP_CHECK(body.out.size() <= std::numeric_limits<std::uint32_t>::max());
  Writer file;
  file.out = kMagic;
  file.fixed(ModelFile::version_of(model), 4);
  file.fixed(body.out.size(), 4);
  file.fixed(fnv1a(body.out), 8);
  return file.out + body.out;
}

Result<std::shared_ptr<const Model>> decode_model(std::string_view bytes) {
  const std::string_view magic = bytes.substr(0, kMagic.size());
  if (magic != kMagic.substr(0, magic.size())) {
    return invalid("no forecast model: it does not begin with " + std::string(kMagic));
  }
  Reader head(bytes.substr(magic.size()));
  const std::uint64_t version = head.fixed(4);
  if (head.good() && (version < kFirstVersion || version > kVersion)) {
    return invalid("the forecast model is of version " + std::to_string(version) +
                   ", this program reads versions 1 and " + std::to_string(kVersion));
  }
  const std::uint64_t length = head.fixed(4);
  const std::uint64_t checksum = head.fixed(8);
  if (!head.good()) {
    return corrupt("the forecast model is cut short: " + std::to_string(bytes.size()) +
                   " bytes, its head alone has " + std::to_string(kHead));
  }
  const std::string_view body = bytes.substr(kHead);
  if (body.size() < length) {
    return corrupt("the forecast model is cut short: " + std::to_string(bytes.size()) + " of " +
                   std::to_string(kHead + length) + " bytes");
  }
  if (body.size() > length) {
    return corrupt("the forecast model is damaged: " + std::to_string(body.size() - length) +
                   " bytes too many");
  }
  if (fnv1a(body) != checksum) {
    return corrupt("the forecast model is damaged: its checksum does not fit");
  }
  Model model;
  Reader from(body);
  ModelFile::read(model, version, from);
  if (!from.good()) {
    return corrupt("the forecast model is damaged: its parts do not fit each other");
  }
  return std::make_shared<const Model>(std::move(model));
}

}  // namespace kip::forecast

#pragma once
// A model as bytes, to be kept and to be sent.
//
//   std::string bytes = encode_model(model);
//   auto model = decode_model(bytes);
//   if (!model) return model.error();   // says what is wrong with them
//
// The same model gives the same bytes, and the decoded one the same forecasts to the bit. Counts of
// lateness are summed over the folds, which only learning tells apart. Pure.
//
//   file    = "KIPMODEL" version:u32 length:u32 checksum:u64 body       little-endian
//   body    = cuts steps known rates times [strangers taken]            `length` bytes
//   cuts    = kNumbers * (count:u8 count*f32)
//   steps   = count:u8 count*u16
//   known, strangers = weights calibration mean
//   weights = common rates:f64... kNumbers*kBins*f64 kBagSteps*f64      kGroups, then kRates rates
//   taken   = count:varint count*(step:u16 open:varint late:varint)
//   rates   = count:varint count*(key:u64 knots:varint (open:varint late:varint)...)
//   times   = count:varint count*(key:u64 bins:varint ended:varint... bins:varint open:varint...)
//
// Version 1 ends after the times, 2 has all. Keys ascend. `knots` and `bins` have a bit for each
// that is not 0; the others are left out. The checksum is FNV-1a of the body: one byte that changed
// never escapes it. About 30 bytes a group.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "forecast/model.h"

namespace kip::forecast {

std::string encode_model(const Model& model);
// kInvalid: no model, or of another version; kCorrupt: cut short or damaged. Allocates in
// proportion to the bytes that are there, whatever they say.
Result<std::shared_ptr<const Model>> decode_model(std::string_view bytes);

}  // namespace kip::forecast

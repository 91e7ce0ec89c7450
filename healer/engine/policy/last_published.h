// The documents that the healer published last, read back from its outputs, so that a start with a damaged,
// lost or restored journal does not forget them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/model.h"
#include "healer/model/policy/permissions.h"

namespace healer::policy {

// A document that an output still holds, even if it has expired.
struct Published {
  std::string where;   // "policy file /run/salus/policy.json"
  bool whole = false;  // false: the content is not a document; the fields below are defaults
  // An unknown or unreadable policy counts as no_new_trades.
  Policy policy = Policy::kNoNewTrades;
  bool starting = false;  // it was no_new_trades at least because Alertmanager had not answered yet
  // nullopt when the document has none. Unknown values count as in no_new_trades.
  std::optional<Permissions> permissions{};
  std::uint64_t record = 0;    // the journal's last record when it was issued; 0: unknown
  std::uint64_t sequence = 0;  // 0: unknown
  base::WallTime issued_at{};  // epoch: unknown
};

// The largest accepted document; a padded one has some thousand bytes.
inline constexpr std::size_t kMostBytes = 64 * 1024;

// Whether trading was halted in addition to what the policy's name forbids.
bool was_halted(const Published& published);

// Reads only the fields above: documents have more, and those of other versions different ones.
Published parse_published(std::string where, std::string_view text);

// Why the journal lacks records that the healer wrote, if a document proves it; else nullopt. `last`: the
// journal's last record. `last_start`: when a start last wrote a record; documents issued before it were
// considered by that start.
std::optional<std::string> missing_records(const std::vector<Published>& published, std::uint64_t last,
                                           base::WallTime last_start);

}  // namespace healer::policy

// What the healer published last, read back from where it can be: a journal that is damaged, lost or restored
// must not make a start forget it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "healer/model.h"
#include "healer/policy/permissions.h"

namespace healer::policy {

// A document that an output still holds; also one that has expired.
struct Published {
  std::string where;   // "policy file /run/salus/policy.json"
  bool whole = false;  // false: there is something, but no document; the fields below are defaults
  // One that this version does not know, or that cannot be read, counts as no_new_trades.
  Policy policy = Policy::kNoNewTrades;
  bool starting = false;  // it was no_new_trades at least because Alertmanager had not answered yet
  // Unknown where the document has none. What of them this version does not know is as in no_new_trades.
  std::optional<Permissions> permissions{};
  std::uint64_t record = 0;    // the journal's last record when it was issued; 0: unknown
  std::uint64_t sequence = 0;  // 0: unknown
  base::WallTime issued_at{};  // epoch: unknown
};

// The most bytes that are taken for a document: one that is padded has some thousand.
inline constexpr std::size_t kMostBytes = 64 * 1024;

// Whether trading was halted beside what the policy's name forbids.
bool was_halted(const Published& published);

// Reads only the fields above: documents have more of them, and other versions other ones.
Published parse_published(std::string where, std::string_view text);

// Why the journal lacks records that the healer once wrote, as far as a document proves it; nothing when none
// does. `last`: the journal's last record. `last_start`: when a start last wrote a record; what was issued
// before it has been judged by that start.
std::optional<std::string> missing_records(const std::vector<Published>& published, std::uint64_t last,
                                           base::WallTime last_start);

}  // namespace healer::policy

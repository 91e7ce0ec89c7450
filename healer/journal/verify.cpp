#include "healer/journal/verify.h"

#include "healer/journal/record_store.h"
#include "healer/journal/statement.h"
#include "healer/journal/tail_marker.h"

namespace healer::journal {

base::Result<Verified> verify(const std::string& path) {
  const TakeLine unread = [](std::string_view) -> base::Result<> { return {}; };
  const auto db = open_to_read(path);
  if (!db) return std::unexpected(db.error());
  if (const auto format = check_format(db->get()); !format) return std::unexpected(format.error());
  if (const auto begun = execute(db->get(), "BEGIN"); !begun) return std::unexpected(begun.error());

  const auto base = read_base(db->get(), unread);
  if (!base) return std::unexpected(base.error());
  Verified verified{.retired = base->seq};
  const auto last = read_records(
      db->get(), *base,
      [&](const Entry& entry) {
        if (verified.first == 0) verified.first = entry.seq, verified.oldest = entry.record.at;
        verified.newest = entry.record.at;
      },
      kNewest);
  if (!last) return std::unexpected(last.error());
  if (verified.first != 0) verified.last = last->seq;

  const auto checkpoint = read_checkpoint(db->get(), *base, unread);
  if (!checkpoint) return base::wrap(checkpoint.error(), "the checkpoint");
  if (checkpoint->seq > base->seq) verified.checkpoint = checkpoint->seq;

  const Head head(path + ".head");
  verified.head = head.read().has_value();
  if (const auto kept = check_head(db->get(), *base, *last, head); !kept)
    return std::unexpected(kept.error());
  return verified;
}

}  // namespace healer::journal

#include "healer/notify/outbox/digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace healer::notify {

Notice digest(std::span<const Notice> notices, base::WallTime now) {
  constexpr std::size_t kTitles = 10;
  std::map<Notice::Kind, std::size_t> counts;
  std::vector<const Notice*> heaviest;
  for (const Notice& notice : notices) {
    ++counts[notice.kind];
    heaviest.insert(heaviest.begin(), &notice);
  }
  std::ranges::stable_sort(heaviest, std::ranges::greater{},
                           [](const Notice* notice) { return weight(*notice); });
  Notice all{.kind = Notice::Kind::kDigest,
             .title = fmt::format("{} notices exceeded the rate limit and were combined", notices.size()),
             .at = now};
  for (const auto& [kind, count] : counts) all.fields.emplace_back(to_string(kind), std::to_string(count));
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < std::min(kTitles, heaviest.size()); ++i)
    lines.push_back(fmt::format("• {}", heaviest[i]->title));
  if (heaviest.size() > kTitles) lines.push_back(fmt::format("… and {} more", heaviest.size() - kTitles));
  return with_lines(std::move(all), std::move(lines));
}

bool stands_alone(Notice::Kind kind) {
  using enum Notice::Kind;
  return kind == kApprovalWanted || kind == kWeeklyReport || kind == kHealthAudit ||
         kind == kHealthAuditFailed || kind == kRestartReport;
}

}  // namespace healer::notify

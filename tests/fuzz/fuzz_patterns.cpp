// Lines of any bytes: the counts of patterns sum to the events, every id resolves to a pattern that is there
// unless patterns had to make room, and a book that was saved and loaded says the same. The first byte of a
// line chooses its level and how much of it is a header.
#include <algorithm>
#include <set>

#include "log_analysis/pattern_store.h"
#include "tests/fuzz/target.h"

namespace {

void require_same(const std::vector<log_analysis::Pattern>& one,
                  const std::vector<log_analysis::Pattern>& other) {
  const auto same = [](const log_analysis::Pattern& left, const log_analysis::Pattern& right) {
    return left.id == right.id && left.level == right.level && left.words == right.words &&
           left.count == right.count && left.hours == right.hours && left.example == right.example &&
           left.standing == right.standing;
  };
  fuzz::require(std::ranges::equal(one, other, same), "a loaded book says the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const log_analysis::PatternStore::Settings settings{.max_patterns = 20};
  log_analysis::PatternStore book(settings);
  std::uint64_t events = 0;
  base::WallTime at{};
  std::vector<log_analysis::PatternId> ids;
  while (!text.empty() && events < 2000) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto first = static_cast<std::uint8_t>(line.empty() ? 0 : line.front());
    at += std::chrono::minutes(first);
    ids.push_back(book.add({.at = at,
                            .level = static_cast<log_analysis::Level>(first % log_analysis::kLevels),
                            .text = line,
                            .message = line,
                            .header = static_cast<std::size_t>(first / 64) * 10,
                            .lines = 1}));
    ++events;
  }
  const std::vector<log_analysis::Pattern> all = book.all(at);
  std::uint64_t sum = 0;
  std::set<log_analysis::PatternId> known;
  for (const log_analysis::Pattern& one : all) {
    sum += one.count;
    known.insert(one.id);
  }
  fuzz::require(sum == events && book.events() == events, "the counts of patterns sum to the events");
  fuzz::require(known.size() <= settings.max_patterns + 2, "patterns are bounded");
  // At the bound rare patterns make room for new ones, and their counts go to `other`.
  const bool made_room = known.contains(log_analysis::Miner::kOther);
  for (const log_analysis::PatternId id : ids) {
    fuzz::require(made_room || known.contains(book.resolve(id)), "every id resolves");
  }
  const auto loaded = log_analysis::PatternStore::load(book.save(), settings);
  fuzz::require(loaded.has_value(), "what was saved can be loaded");
  require_same(all, loaded->all(at));
  return 0;
}

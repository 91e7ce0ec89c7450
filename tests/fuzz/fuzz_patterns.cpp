// Lines of any bytes: the counts of patterns sum to the events, every id resolves to a pattern that is there
// unless patterns had to make room, and a book that was saved and loaded says the same. The first byte of a
// line chooses its level and how much of it is a header.
#include <algorithm>
#include <set>

#include "logs/pattern_book.h"
#include "tests/fuzz/target.h"

namespace {

void require_same(const std::vector<logs::Pattern>& one, const std::vector<logs::Pattern>& other) {
  const auto same = [](const logs::Pattern& left, const logs::Pattern& right) {
    return left.id == right.id && left.level == right.level && left.words == right.words &&
           left.count == right.count && left.hours == right.hours && left.example == right.example &&
           left.standing == right.standing;
  };
  fuzz::require(std::ranges::equal(one, other, same), "a loaded book says the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const logs::PatternBook::Settings settings{.max_patterns = 20};
  logs::PatternBook book(settings);
  std::uint64_t events = 0;
  base::WallTime at{};
  std::vector<logs::PatternId> ids;
  while (!text.empty() && events < 2000) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto first = static_cast<std::uint8_t>(line.empty() ? 0 : line.front());
    at += std::chrono::minutes(first);
    ids.push_back(book.add({.at = at,
                            .level = static_cast<logs::Level>(first % logs::kLevels),
                            .text = line,
                            .message = line,
                            .header = static_cast<std::size_t>(first / 64) * 10,
                            .lines = 1}));
    ++events;
  }
  const std::vector<logs::Pattern> all = book.all(at);
  std::uint64_t sum = 0;
  std::set<logs::PatternId> known;
  for (const logs::Pattern& one : all) {
    sum += one.count;
    known.insert(one.id);
  }
  fuzz::require(sum == events && book.events() == events, "the counts of patterns sum to the events");
  fuzz::require(known.size() <= settings.max_patterns + 2, "patterns are bounded");
  // At the bound rare patterns make room for new ones, and their counts go to `other`.
  const bool made_room = known.contains(logs::Miner::kOther);
  for (const logs::PatternId id : ids) {
    fuzz::require(made_room || known.contains(book.resolve(id)), "every id resolves");
  }
  const auto loaded = logs::PatternBook::load(book.save(), settings);
  fuzz::require(loaded.has_value(), "what was saved can be loaded");
  require_same(all, loaded->all(at));
  return 0;
}

#include "log_analysis/level_rules.h"

#include <hs/hs.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace log_analysis {

namespace {

struct FreeDatabase {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
struct FreeScratch {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};
struct FreeError {
  void operator()(hs_compile_error_t* error) const { hs_free_compile_error(error); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;
using ScratchSpace = std::unique_ptr<hs_scratch_t, FreeScratch>;

// No UTF-8 mode, because log lines may contain any byte. One match report for each pattern is enough.
constexpr unsigned kFlags = HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;

base::Result<Database> compile_patterns(const std::vector<const char*>& patterns) {
  const std::vector<unsigned> flags(patterns.size(), kFlags);
  std::vector<unsigned> ids(patterns.size());
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<unsigned>(i);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(patterns.data(), flags.data(), ids.data(), static_cast<unsigned>(patterns.size()),
                       HS_MODE_BLOCK, nullptr, &database, &error) == HS_SUCCESS)
    return Database(database);
  const std::unique_ptr<hs_compile_error_t, FreeError> owned(error);
  return base::fail("{}", owned ? owned->message : "out of memory");
}

int keep_first(unsigned id, unsigned long long, unsigned long long, unsigned, void* first) {
  auto& lowest = *static_cast<unsigned*>(first);
  lowest = std::min(lowest, id);
  return lowest == 0 ? 1 : 0;
}

constexpr unsigned kNone = std::numeric_limits<unsigned>::max();

unsigned first_match(const hs_database_t* database, hs_scratch_t* scratch, std::string_view line) {
  unsigned first = kNone;
  hs_scan(database, line.data() == nullptr ? "" : line.data(), static_cast<unsigned>(line.size()), 0, scratch,
          keep_first, &first);
  return first;
}

}  // namespace

struct LevelRules::Databases {
  Database levels;
  Database start;
  std::vector<Level> level_of;
};

struct LevelMatcher::Scratch {
  ScratchSpace space;
};

base::Result<> check_pattern(std::string_view pattern) {
  if (pattern.empty()) return base::fail("an empty pattern matches every line");
  if (pattern.contains('\0')) return base::fail("a pattern must not contain a NUL byte");
  const std::string text(pattern);
  const auto database = compile_patterns({text.c_str()});
  if (!database) return base::fail("\"{}\" is not a valid pattern: {}", pattern, database.error().message);
  return {};
}

LevelRules::LevelRules(std::unique_ptr<Databases> databases) : databases_(std::move(databases)) {}
LevelRules::~LevelRules() = default;

base::Result<std::shared_ptr<const LevelRules>> LevelRules::compile(const std::vector<LevelRule>& rules,
                                                                    const std::string& start,
                                                                    const std::string& start_place) {
  std::string problems;
  const auto check = [&](const std::string& pattern, const std::string& place) {
    const auto checked = check_pattern(pattern);
    if (checked) return;
    if (!problems.empty()) problems += '\n';
    if (!place.empty()) problems += place + ": ";
    problems += checked.error().message;
  };
  for (const LevelRule& rule : rules) check(rule.pattern, rule.place);
  if (!start.empty()) check(start, start_place);
  if (!problems.empty()) return base::fail("{}", problems);

  auto databases = std::make_unique<Databases>();
  if (!rules.empty()) {
    std::vector<const char*> patterns;
    for (const LevelRule& rule : rules) {
      patterns.push_back(rule.pattern.c_str());
      databases->level_of.push_back(rule.level);
    }
    auto levels = compile_patterns(patterns);
    if (!levels) return base::wrap(levels.error(), "compile {} patterns together", rules.size());
    databases->levels = std::move(*levels);
  }
  if (!start.empty()) {
    auto compiled = compile_patterns({start.c_str()});
    if (!compiled) return std::unexpected(compiled.error());
    databases->start = std::move(*compiled);
  }
  return std::shared_ptr<const LevelRules>(new LevelRules(std::move(databases)));
}

bool LevelRules::has_levels() const { return databases_->levels != nullptr; }
bool LevelRules::has_start() const { return databases_->start != nullptr; }

LevelMatcher::LevelMatcher(std::shared_ptr<const LevelRules> rules)
    : rules_(std::move(rules)), scratch_(std::make_unique<Scratch>()) {
  if (!rules_) return;
  hs_scratch_t* space = nullptr;
  for (const Database* database : {&rules_->databases_->levels, &rules_->databases_->start}) {
    if (!*database) continue;
    // Grows the shared scratch space to the size that both databases need.
    const hs_error_t result = hs_alloc_scratch(database->get(), &space);
    if (result != HS_SUCCESS) {
      hs_free_scratch(space);
      throw std::bad_alloc();
    }
  }
  scratch_->space.reset(space);
}
LevelMatcher::~LevelMatcher() = default;
LevelMatcher::LevelMatcher(LevelMatcher&&) noexcept = default;
LevelMatcher& LevelMatcher::operator=(LevelMatcher&&) noexcept = default;

std::optional<Level> LevelMatcher::level(std::string_view line) {
  if (!rules_ || !rules_->has_levels()) return std::nullopt;
  const unsigned first = first_match(rules_->databases_->levels.get(), scratch_->space.get(), line);
  return first == kNone ? std::nullopt : std::optional(rules_->databases_->level_of[first]);
}

bool LevelMatcher::has_start() const { return rules_ && rules_->has_start(); }

bool LevelMatcher::starts(std::string_view line) {
  return has_start() && first_match(rules_->databases_->start.get(), scratch_->space.get(), line) != kNone;
}

}  // namespace log_analysis

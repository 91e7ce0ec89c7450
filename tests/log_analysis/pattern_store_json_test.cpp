// What a book says of itself survives a restart.
#include <random>

#include "log_analysis/pattern_store.h"
#include "tests/catch.h"

using namespace std::chrono_literals;
using log_analysis::Event;
using log_analysis::Level;
using log_analysis::Pattern;
using log_analysis::PatternStore;

namespace {

const base::WallTime kStart{std::chrono::sys_days{std::chrono::year{2025} / 6 / 2}};

class Stream {
 public:
  explicit Stream(unsigned seed) : random_(seed) {}

  // An event of a small world of messages, some with words that vary.
  void next(PatternStore& book) {
    static constexpr std::array<const char*, 9> kNames{"alice", "bob",   "carol", "dave", "erin",
                                                       "frank", "grace", "heidi", "ivan"};
    const std::string name = kNames[random_() % kNames.size()];
    const std::string other = kNames[random_() % kNames.size()];
    switch (random_() % 5) {
      case 0:
        text_ = "cannot reach " + name + " today";
        break;
      case 1:
        text_ = name + " cannot enter the room of " + other;
        break;
      case 2:
        text_ = "took " + std::to_string(random_() % 1000) + " ms";
        break;
      case 3:
        text_ = name + " said \"" + other + "\" \xff\x01";
        break;
      default:
        text_ = "no answer from host=" + name;
    }
    at_ += std::chrono::minutes(random_() % 300);
    const Level level = random_() % 4 == 0 ? Level::error : Level::info;
    book.add({.at = at_, .level = level, .text = text_, .message = text_, .header = 0, .lines = 1});
  }
  base::WallTime now() const { return at_; }

 private:
  std::mt19937 random_;
  std::string text_;
  base::WallTime at_ = kStart;
};

void check_same(const PatternStore& one, const PatternStore& other, base::WallTime now) {
  const std::vector<Pattern> left = one.all(now);
  const std::vector<Pattern> right = other.all(now);
  REQUIRE(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    CHECK(left[i].id == right[i].id);
    CHECK(left[i].level == right[i].level);
    CHECK(left[i].words == right[i].words);
    CHECK(left[i].count == right[i].count);
    CHECK(left[i].first_seen == right[i].first_seen);
    CHECK(left[i].last_seen == right[i].last_seen);
    CHECK(left[i].hours == right[i].hours);
    CHECK(left[i].example == right[i].example);
    CHECK(left[i].standing == right[i].standing);
  }
  CHECK(one.events() == other.events());
  CHECK(one.new_patterns() == other.new_patterns());
}

}  // namespace

TEST_CASE("a book that was saved and loaded goes on as one that was not") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U, 5U);
  const std::size_t bound = GENERATE(std::size_t{15}, std::size_t{1000});
  const PatternStore::Settings settings{.max_patterns = bound};
  Stream stream(seed);
  Stream again(seed);
  PatternStore unbroken(settings);
  PatternStore broken(settings);
  for (int i = 0; i < 400; ++i) {
    stream.next(unbroken);
    again.next(broken);
    if (i % 37 != 0) continue;
    auto loaded = PatternStore::load(broken.save(), settings);
    REQUIRE(loaded);
    broken = std::move(*loaded);
    check_same(unbroken, broken, stream.now());
  }
  check_same(unbroken, broken, stream.now());
  CHECK(unbroken.events() == 400);
}

TEST_CASE("an id from before a restart resolves after it") {
  PatternStore book;
  const std::string first = "cannot reach alice today";
  const log_analysis::PatternId old = book.add({.at = kStart, .text = first, .message = first});
  for (const char* name : {"bob", "carol", "dave", "erin", "frank"}) {
    const std::string text = "cannot reach " + std::string(name) + " today";
    book.add({.at = kStart, .text = text, .message = text});
  }
  const auto loaded = PatternStore::load(book.save(), {});
  REQUIRE(loaded);
  CHECK(loaded->resolve(old) == book.resolve(old));
  CHECK(loaded->resolve(old) != old);
}

TEST_CASE("a tighter bound than before keeps every count") {
  Stream stream(9);
  PatternStore book;
  for (int i = 0; i < 300; ++i) stream.next(book);
  const auto loaded = PatternStore::load(book.save(), {.max_patterns = 3});
  REQUIRE(loaded);
  std::uint64_t sum = 0;
  for (const Pattern& one : loaded->all(stream.now())) sum += one.count;
  CHECK(sum == 300);
}

TEST_CASE("what is no saved book is refused, with the place") {
  const std::string good =
      R"({"level":"info","words":"a b","count":1,"first":5,"last":5,"silence":0,"returned":0,"hours":[0,1],)"
      R"("example":"","merged":[],"open":[]})";
  const auto document = [](const std::string& patterns) {
    return R"({"version":1,"new_patterns":[1,0,0,0],"made_room":0,"patterns":[)" + patterns + "]}";
  };
  REQUIRE(PatternStore::load(document(good), {}));
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return document(text);
  };
  const auto [text, expected] = GENERATE_COPY(table<std::string, std::string>({
      {"", "patterns: "},
      {"[]", "patterns is not an object"},
      {R"({"version":2,"new_patterns":[1,0,0,0],"made_room":0,"patterns":[]})", "patterns.version is not 1"},
      {R"({"version":1,"patterns":[]})", "patterns.new_patterns is missing"},
      {R"({"version":1,"new_patterns":7,"patterns":[]})", "patterns.new_patterns is not a list"},
      {R"({"version":1,"new_patterns":[1,0,0],"patterns":[]})",
       "patterns.new_patterns is not a count for each level"},
      {R"({"version":1,"new_patterns":[1,0,0,-1],"patterns":[]})",
       "patterns.new_patterns is not a count for each level"},
      {R"({"version":1,"new_patterns":[1,0,0,0],"made_room":0,"patterns":{}})",
       "patterns.patterns is not a list"},
      {document("7"), "patterns[0] is not an object"},
      {document(good + ",{}"), "patterns[1].count is missing"},
      {replaced("\"info\"", "\"loud\""), "patterns[0].level is not a level"},
      {replaced("\"a b\"", "5"), "patterns[0].words is not a string"},
      {replaced("\"a b\"", "\"" + std::string(2000, 'a') + "\""), "patterns[0].words is too long"},
      {replaced("\"count\":1", "\"count\":-1"), "patterns[0].count is not a count"},
      {replaced("\"count\":1", "\"count\":0"), "patterns[0].count is 0"},
      {replaced("\"first\":5", "\"first\":6"), "patterns[0].first is later than last"},
      {replaced("\"first\":5", "\"first\":18446744073709551615"), "patterns[0].first is out of range"},
      {replaced("[0,1]", "[0,1,0,1]"),
       "patterns[0].hours is not a list of ascending hours within seven days"},
      {replaced("[0,1]", "[0,1,200,1]"),
       "patterns[0].hours is not a list of ascending hours within seven days"},
      {replaced("[0,1]", "[0,0]"), "patterns[0].hours is not a list of ascending hours within seven days"},
      {replaced("[0,1]", "[4294967296,1]"),
       "patterns[0].hours is not a list of ascending hours within seven days"},
      {replaced("[0,1]", "[0]"), "patterns[0].hours is not a list of alternating hours and counts"},
      {replaced("[0,1]", "[0,\"1\"]"), "patterns[0].hours is not a list of alternating hours and counts"},
      {replaced("\"merged\":[]", "\"merged\":[\"xyz\"]"),
       "patterns[0].merged contains a value that is not 16 hexadecimal digits"},
  }));
  const auto loaded = PatternStore::load(text, {});
  REQUIRE_FALSE(loaded);
  CHECK_THAT(loaded.error().message, Catch::StartsWith(expected));
}

TEST_CASE("a book cut at any byte is refused") {
  Stream stream(3);
  PatternStore book;
  for (int i = 0; i < 30; ++i) stream.next(book);
  const std::string saved = book.save();
  for (std::size_t size = 0; size < saved.size(); ++size)
    CHECK_FALSE(PatternStore::load(saved.substr(0, size), {}));
}

TEST_CASE("a secret that an older version kept is forgotten, and its events count as other") {
  const auto book = PatternStore::load(
      R"({"version":1,"new_patterns":[0,0,2,0],"made_room":0,"patterns":[)"
      R"({"level":"error","words":"kumquat","merged":[],"open":[],"count":2,"first":1,"last":2,"silence":1,)"
      R"("returned":0,"hours":[0,2],"example":"ERROR password: ***"},)"
      R"({"level":"error","words":"requirepass kumquat","merged":[],"open":[],"count":1,"first":1,"last":2,)"
      R"("silence":1,"returned":0,"hours":[0,1],"example":"ERROR requirepass kumquat"},)"
      R"({"level":"error","words":"password=<*> for <*>","merged":[],"open":[],"count":1,"first":1,"last":2,)"
      R"("silence":1,"returned":0,"hours":[0,1],"example":"password=*** for 10.0.0.1"},)"
      R"({"level":"info","words":"lost <*>","merged":[],"open":[],"count":1,"first":1,"last":2,)"
      R"("silence":1,"returned":0,"hours":[0,1],"example":"lost 1"}]})",
      {});
  REQUIRE(book);
  CHECK(book->events() == 5);
  CHECK_FALSE(book->save().contains("kumquat"));
  std::uint64_t other = 0;
  std::vector<std::string> words;
  for (const Pattern& pattern : book->all(base::WallTime{})) {
    if (pattern.id == log_analysis::Miner::kOther) other += pattern.count;
    words.push_back(pattern.words);
  }
  CHECK(other == 3);
  CHECK(words.size() == 3);
}

TEST_CASE("what has not changed since the last save is saved as it was, what has is saved again") {
  Stream stream(4);
  PatternStore saved_often;
  Stream again(4);
  PatternStore saved_once;
  for (int i = 0; i < 300; ++i) {
    stream.next(saved_often);
    again.next(saved_once);
    REQUIRE_FALSE(saved_often.save().empty());
  }
  CHECK(saved_often.save() == saved_once.save());
}

TEST_CASE("patterns that merge while they are loaded lose nothing") {
  // As a state may hold them whose miner had no more room to watch for words that vary.
  std::string patterns;
  for (const char* name : {"alice", "bob", "carol", "dave", "erin"}) {
    if (!patterns.empty()) patterns += ',';
    patterns += R"({"level":"info","words":"cannot reach )" + std::string(name) +
                R"( today","merged":[],"open":[],"count":2,"first":5,"last":5,"silence":0,"returned":0,)"
                R"("hours":[0,2],"example":"x"})";
  }
  const auto book = PatternStore::load(
      R"({"version":1,"new_patterns":[5,0,0,0],"made_room":0,"patterns":[)" + patterns + "]}", {});
  REQUIRE(book);
  const std::vector<Pattern> all = book->all(kStart);
  REQUIRE(all.size() == 1);
  CHECK(all[0].words == "cannot reach <*> today");
  CHECK(all[0].count == 10);
}

#include "log_analysis/miner.h"

#include <algorithm>
#include <map>
#include <random>

#include "tests/catch.h"

using log_analysis::Level;
using log_analysis::Miner;
using log_analysis::PatternId;

namespace {

PatternId add(Miner& miner, std::string_view message, Level level = Level::info) {
  return miner.add(level, message, 0);
}

const std::vector<std::string> kNames{"alice", "bob", "carol", "dave", "erin", "frank", "grace"};

}  // namespace

TEST_CASE("events that differ in values alone have one pattern") {
  Miner miner;
  const PatternId one = add(miner, "order 1 rejected by 10.0.0.1");
  CHECK(add(miner, "order 2 rejected by 10.0.0.2") == one);
  CHECK(add(miner, "order 2 accepted by 10.0.0.2") != one);
  CHECK(miner.words(one) == "order <*> rejected by <*>");
}

TEST_CASE("an id is the FNV-1a hash of level and words, on every machine") {
  Miner miner;
  CHECK(log_analysis::hex(add(miner, "order 1 rejected", Level::error)) == "ce86692ba52c441d");
  CHECK(log_analysis::hex(add(miner, "order 1 rejected", Level::info)) == "c462b9654b8d1aa9");
  CHECK(log_analysis::hex(Miner::kOther) == "0000000000000000");
}

TEST_CASE("patterns of different levels never merge") {
  Miner miner;
  for (std::size_t i = 0; i < Miner::kDistinct - 1; ++i)
    add(miner, "cannot reach " + kNames[i] + " today", Level::error);
  const PatternId info = add(miner, "cannot reach zoe today", Level::info);
  CHECK(miner.words(info) == "cannot reach zoe today");
  CHECK(add(miner, "cannot reach zoe today", Level::error) != info);
}

TEST_CASE("a word opens once enough values were seen, and the ids before resolve") {
  Miner miner;
  std::vector<PatternId> before;
  for (std::size_t i = 0; i + 1 < Miner::kDistinct; ++i) {
    before.push_back(add(miner, "cannot reach " + kNames[i] + " today"));
    CHECK(miner.words(before.back()) == "cannot reach " + kNames[i] + " today");
  }
  const PatternId open = add(miner, "cannot reach " + kNames[Miner::kDistinct - 1] + " today");
  CHECK(miner.words(open) == "cannot reach <*> today");
  for (const PatternId id : before) {
    CHECK(id != open);
    CHECK(miner.resolve(id) == open);
    CHECK(miner.words(id) == "cannot reach <*> today");
  }
  CHECK(add(miner, "cannot reach anybody today") == open);
  CHECK(add(miner, "cannot reach alice today") == open);
}

TEST_CASE("a word stays closed where too little would be left, and in capitals") {
  Miner miner;
  for (const std::string& name : kNames)
    CHECK(miner.words(add(miner, name + " started")) == name + " started");
  for (const char* state : {"NEW", "RUNNING", "FAILED", "KILLED", "DONE", "LOST"}) {
    const std::string line = std::string("the task is now ") + state;
    CHECK(miner.words(add(miner, line)) == line);
  }
}

TEST_CASE("the value of a key opens and the key stays") {
  Miner miner;
  PatternId last = 0;
  for (const std::string& name : kNames) last = add(miner, "cannot log in name=" + name);
  CHECK(miner.words(last) == "cannot log in name=<*>");
}

TEST_CASE("two words that vary open one after the other") {
  Miner miner;
  PatternId last = 0;
  for (const std::string& who : kNames) {
    for (const std::string& where : kNames) last = add(miner, who + " cannot enter the room of " + where);
  }
  CHECK(miner.words(last) == "<*> cannot enter the room of <*>");
  CHECK(miner.resolve(add(miner, "alice cannot enter the room of alice")) == last);
}

TEST_CASE("what a known header has is no part of the pattern") {
  Miner miner;
  const std::string_view line = "whatever it says: order rejected";
  CHECK(miner.words(miner.add(Level::info, line, 18)) == "order rejected");
  CHECK(miner.words(miner.add(Level::info, line, 1000)).empty());
}

TEST_CASE("what is beyond the bound is other, and what was known goes on to be counted") {
  Miner miner(3);
  const PatternId known = add(miner, "alpha one two");
  add(miner, "bravo three four");
  add(miner, "charlie five six");
  CHECK(add(miner, "delta seven eight") == Miner::kOther);
  CHECK(add(miner, "alpha one two") == known);
  CHECK(miner.words(Miner::kOther) == "other");
  CHECK(miner.resolve(Miner::kOther) == Miner::kOther);
}

TEST_CASE("memory is bounded whatever comes") {
  Miner miner(50);
  std::mt19937 random(7);
  const auto word = [&] { return std::string(1 + random() % 3, static_cast<char>('a' + random() % 26)); };
  for (int i = 0; i < 20'000; ++i) add(miner, word() + " " + word() + " " + word() + " " + word());
  CHECK(miner.slots() <= Miner::kIdsPerPattern * 50 + 2 * log_analysis::kLevels);
}

TEST_CASE("a secret is in no pattern") {
  Miner miner;
  const PatternId id = add(miner, "login with password=swordfish refused");
  CHECK(miner.words(id).find("swordfish") == std::string::npos);
}

TEST_CASE("a secret is in no pattern when its name is in the header") {
  Miner miner;
  const auto words = [&](std::string_view line, std::size_t header) {
    return miner.words(miner.add(Level::error, line, header));
  };
  CHECK(words("ERROR password: kumquat", 6) == "password: <*>");
  CHECK(words("ERROR password: kumquat", 16) == "<*>");
  CHECK(words("Jul  9 12:16:49 combo password: kumquat zither", 0) == "<*>");
}

TEST_CASE("which patterns there are does not depend on the order of events") {
  std::vector<std::string> lines;
  for (const std::string& name : kNames) {
    lines.push_back("cannot reach " + name + " today");
    lines.push_back("no answer from host=" + name);
    lines.push_back("took " + std::to_string(name.size()) + " ms for " + name + " in all");
  }
  lines.emplace_back("nothing else to do");
  std::map<PatternId, int> first;
  std::mt19937 random(11);
  for (int round = 0; round < 50; ++round) {
    std::ranges::shuffle(lines, random);
    Miner miner;
    std::vector<PatternId> ids;
    for (const std::string& line : lines) ids.push_back(add(miner, line));
    std::map<PatternId, int> counts;
    for (const PatternId id : ids) ++counts[miner.resolve(id)];
    if (round == 0) first = counts;
    CHECK(counts == first);
    CHECK(counts.size() == 4);
  }
}

// What the journal does beside its appends.
#include <filesystem>
#include <future>
#include <thread>

#include "tests/healer/journal/journal_file.h"

using healer::journal::Save;
using tests::JournalFile;

namespace {

using namespace std::chrono_literals;

void wait_until(const std::function<bool()>& done) {
  const base::SystemClock clock;
  const auto deadline = base::Deadline::after(clock, 20s);
  while (!done() && !deadline.passed()) std::this_thread::sleep_for(1ms);
  REQUIRE(done());
}

// A checkpoint of so many lines.
Save lines(int count) {
  return [count](const auto& line) {
    for (int i = 0; i < count; ++i) line("line " + std::to_string(i));
  };
}

}  // namespace

TEST_CASE_METHOD(JournalFile, "a checkpoint beside the appends stands for the records of its beginning") {
  {
    const auto journal = open();
    append(*journal, 10);
    std::promise<void> begun;
    std::promise<void> go_on;
    REQUIRE(journal->checkpoint_beside([&](const auto& line) {
      begun.set_value();
      go_on.get_future().wait();
      lines(1000)(line);
    }));
    begun.get_future().wait();
    CHECK(journal->checkpointing());
    // It holds up neither appends nor whoever asks for another one.
    append(*journal, 5);
    REQUIRE(journal->checkpoint_beside(lines(1)));
    CHECK(journal->since_checkpoint() == 15);
    go_on.set_value();
    wait_until([&] { return !journal->checkpointing(); });
    CHECK(journal->checkpointed() == 10);
    CHECK(journal->since_checkpoint() == 5);
  }
  const auto journal = open();
  CHECK_FALSE(journal->quarantined());
  const auto all = recall(*journal);
  CHECK(all.lines.size() == 1000);
  CHECK(all.records == tests::numbers(11, 15));
}

TEST_CASE_METHOD(JournalFile, "a checkpoint at once goes before one that is still being written") {
  const auto journal = open();
  append(*journal, 10);
  std::promise<void> go_on;
  REQUIRE(journal->checkpoint_beside([&](const auto& line) {
    go_on.get_future().wait();
    line("older");
  }));
  append(*journal, 1);
  REQUIRE(journal->checkpoint([](const auto& line) { line("newer"); }));
  go_on.set_value();
  wait_until([&] { return !journal->checkpointing(); });
  CHECK(journal->checkpointed() == 11);
  CHECK(recall(*journal).lines == std::vector<std::string>{"newer"});
}

TEST_CASE_METHOD(JournalFile, "a journal that is closed meanwhile keeps the checkpoint of before") {
  {
    const auto journal = open();
    append(*journal, 10);
    REQUIRE(journal->checkpoint([](const auto& line) { line("before"); }));
    append(*journal, 1);
    std::promise<void> begun;
    REQUIRE(journal->checkpoint_beside([&](const auto& line) {
      begun.set_value();
      lines(200'000)(line);
    }));
    begun.get_future().wait();
  }
  const auto journal = open();
  CHECK_FALSE(journal->quarantined());
  const auto all = recall(*journal);
  CHECK(all.records.size() + all.lines.size() >= 2);
}

TEST_CASE_METHOD(JournalFile, "what is written ahead is copied into the file beside the appends") {
  const auto journal = open();
  const std::vector<healer::Record> records(
      100, {clock.now().wall, healer::SymptomReturned{1, std::string(3000, 'x')}});
  for (int i = 0; i < 20; ++i) REQUIRE(journal->append(records));
  wait_until([&] { return std::filesystem::file_size(path) > 4'000'000; });
  // Then it begins at its front again. Twenty appends are more pages than it is copied at.
  for (int round = 0; round < 4; ++round) {
    const auto copied = std::filesystem::file_size(path);
    for (int i = 0; i < 20; ++i) REQUIRE(journal->append(records));
    wait_until([&] { return std::filesystem::file_size(path) > copied; });
  }
  CHECK(std::filesystem::file_size(path + "-wal") < 20'000'000);
  CHECK(recall(*journal).records.size() == 10'000);
}

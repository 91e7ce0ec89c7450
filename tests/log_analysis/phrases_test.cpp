#include "log_analysis/phrases.h"

#include "tests/catch.h"

using log_analysis::Level;
using log_analysis::level_of_phrase;

namespace {

std::optional<Level> phrase(std::string_view line, std::string_view word) {
  const std::size_t begin = line.find(word);
  return level_of_phrase(line, begin, begin + word.size(), 0);
}

}  // namespace

TEST_CASE("a phrase needs all its words, where it may stand") {
  CHECK(phrase("predict failed: x", "failed") == Level::error);
  CHECK(phrase("predict failed, x", "failed") == std::nullopt);
  CHECK(phrase("Segmentation fault", "Segmentation") == Level::critical);
  CHECK(phrase("segmentation of users", "segmentation") == std::nullopt);
  CHECK(phrase("panic: x", "panic") == Level::critical);
  CHECK(phrase("a market panic: x", "panic") == std::nullopt);
  CHECK(phrase("app[1]: Failed to start", "Failed") == Level::error);
  CHECK(phrase("had failed to start", "failed") == std::nullopt);
}

TEST_CASE("an exception is known by its name before a colon") {
  CHECK(phrase("ValueError: x", "ValueError") == Level::error);
  CHECK(phrase("UserWarning: x", "UserWarning") == Level::warning);
  CHECK(phrase("ValueError x", "ValueError") == std::nullopt);
  CHECK(phrase("IOError::new", "IOError") == std::nullopt);
}

TEST_CASE("what is denied did not happen") {
  CHECK(phrase("0 failed: x", "failed") == std::nullopt);
  CHECK(phrase("10 failed: x", "failed") == Level::error);
  CHECK(phrase("no segfault", "segfault") == std::nullopt);
  CHECK(phrase("tests failed: 0", "failed") == std::nullopt);
}

TEST_CASE("what a program could not do is an error") {
  CHECK(phrase("Cannot open database", "Cannot") == Level::error);
  CHECK(phrase("Could not connect to db", "Could") == Level::error);
  CHECK(phrase("app: can't find x", "can") == Level::error);
  CHECK(phrase("Couldn't load x", "Couldn") == Level::error);
  CHECK(phrase("Unable to fetch x", "Unable") == Level::error);
  CHECK(phrase("Can't wait for it", "Can") == std::nullopt);
  CHECK(phrase("Cannot be empty", "Cannot") == std::nullopt);
  CHECK(phrase("it could not connect", "could") == std::nullopt);
  CHECK(phrase("connection to db refused", "refused") == Level::error);
  CHECK(phrase("the order was refused", "refused") == std::nullopt);
}

TEST_CASE("a text of errno is an error where a program reports it") {
  CHECK(phrase("dial tcp: connect: connection refused", "connection") == Level::error);
  CHECK(phrase("ls: '/data': No such file or directory", "No") == Level::error);
  CHECK(phrase("exec /x: permission denied", "permission") == Level::error);
  CHECK(phrase("connect() failed (111: Connection refused) while", "Connection") == Level::error);
  CHECK(phrase("tests of connection refused passed", "connection") == std::nullopt);
  CHECK(phrase("x: connection refused is retried", "connection") == std::nullopt);
  CHECK(phrase("app.yml: no such file or directory, using defaults", "no") == std::nullopt);
  CHECK(phrase("x: connections refused", "connections") == std::nullopt);
}

TEST_CASE("an exit with a code is an error unless the code is 0") {
  CHECK(phrase("api-1 exited with code 137", "exited") == Level::error);
  CHECK(phrase("api-1 exited with code 0", "exited") == std::nullopt);
  CHECK(phrase("exit status 2", "exit") == Level::error);
  CHECK(phrase("exit status 0", "exit") == std::nullopt);
}

TEST_CASE("which words may begin a phrase is decided by first letter and length") {
  CHECK(log_analysis::may_be_phrase('T', 9));
  CHECK_FALSE(log_analysis::may_be_phrase('T', 2));
  CHECK(log_analysis::may_be_phrase('u', std::string_view("unhandledpromiserejectionwarning").size()));
}

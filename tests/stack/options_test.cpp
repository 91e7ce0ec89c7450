#include "tests/stack/options.h"

#include "tests/catch.h"

TEST_CASE("options are read, repeated ones in order") {
  const std::vector<const char*> arguments{"--name",   "executor", "--port",  "8080", "--control",  "/c",
                                           "--policy", "/p",       "--token", "/k",   "--log",      "/l",
                                           "--state",  "/s1",      "--state", "/s2",  "--universe", "/u",
                                           "--trades", "/t",       "--blob",  "/b",   "--off",      "/o"};
  const auto options = example::parse_options(arguments);
  REQUIRE(options);
  CHECK(options->name == "executor");
  CHECK(options->port == 8080);
  CHECK(options->control == "/c");
  CHECK(options->log == "/l");
  CHECK(options->policy == "/p");
  CHECK(options->token == "/k");
  CHECK(options->off == "/o");
  CHECK(options->states == std::vector<std::string>{"/s1", "/s2"});
  CHECK(options->universes == std::vector<std::string>{"/u"});
  CHECK(options->trades == std::vector<std::string>{"/t"});
  CHECK(options->blobs == std::vector<std::string>{"/b"});
}

TEST_CASE("a bad command line says what is wrong") {
  const auto problem = [](const std::vector<const char*>& arguments) {
    return example::parse_options(arguments).error();
  };
  CHECK(problem({}) == "--name is missing");
  CHECK(problem({"--name"}) == "--name needs a value");
  CHECK(problem({"--name", "x", "--port", "80a"}) == "--port: not a port: 80a");
  CHECK(problem({"--name", "x", "--port", "65536"}) == "--port: not a port: 65536");
  CHECK(problem({"--nmae", "x"}) == "unknown option --nmae");
}

#include "healer/alerts/receiver_names.h"

#include "tests/catch.h"

using healer::webhook::ReceiverNames;
using Names = std::set<std::string>;

TEST_CASE("the healer's receivers are those that are configured and those that deliver to it") {
  ReceiverNames names({"healer"});
  CHECK(names.all() == Names{"healer"});
  CHECK(names.learn("salus-production"));
  CHECK_FALSE(names.learn("salus-production"));
  CHECK_FALSE(names.learn("healer"));
  CHECK(names.all() == Names{"healer", "salus-production"});
  names.configure({"other"});
  CHECK(names.all() == Names{"other", "salus-production"});
}

TEST_CASE("a delivery without a name, or with an absurd one, teaches nothing") {
  ReceiverNames names({"healer"});
  CHECK_FALSE(names.learn(""));
  CHECK_FALSE(names.learn(std::string(ReceiverNames::kLongest + 1, 'x')));
  for (std::size_t i = 0; i < ReceiverNames::kMostLearned; ++i) CHECK(names.learn(std::to_string(i)));
  CHECK_FALSE(names.learn("one more"));
  CHECK(names.all().size() == 1 + ReceiverNames::kMostLearned);
}

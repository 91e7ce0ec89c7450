#include "healer/notify/outbox/digest.h"

#include "tests/catch.h"

using healer::Notice;
using healer::notify::digest;

TEST_CASE("a digest counts by kind and shows what weighs most, the newest first") {
  const std::vector<Notice> notices{{.kind = Notice::Kind::kActing, .title = "act 1"},
                                    {.kind = Notice::Kind::kActing, .title = "act 2"},
                                    {.kind = Notice::Kind::kExhausted, .title = "end 1"},
                                    {.kind = Notice::Kind::kHealed, .title = "healed"},
                                    {.kind = Notice::Kind::kExhausted, .title = "end 2"}};
  const base::WallTime now(std::chrono::seconds(7));
  const Notice all = digest(notices, now);
  CHECK(all.kind == Notice::Kind::kDigest);
  CHECK(all.title == "5 notices exceeded the rate limit and were combined");
  CHECK(all.detail == "• end 2");
  CHECK(all.more == std::vector<std::string>{"• end 1", "• healed", "• act 2", "• act 1"});
  CHECK(all.fields == Notice::Pairs{{"acting", "2"}, {"healed", "1"}, {"exhausted", "2"}});
  CHECK(all.at == now);
}

TEST_CASE("a digest of hundreds shows ten") {
  std::vector<Notice> notices(500, {.kind = Notice::Kind::kActing, .title = "act"});
  notices[3] = {.kind = Notice::Kind::kStorm, .title = "storm"};
  const Notice all = digest(notices, {});
  CHECK(all.detail == "• storm");
  REQUIRE(all.more.size() == 10);
  CHECK(all.more.front() == "• act");
  CHECK(all.more.back() == "… and 490 more");
}

TEST_CASE("what an operator is to answer is never part of a digest") {
  CHECK(healer::notify::stands_alone(Notice::Kind::kApprovalWanted));
  CHECK_FALSE(healer::notify::stands_alone(Notice::Kind::kActing));
}

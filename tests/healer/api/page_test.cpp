#include "healer/api/page.h"

#include "tests/catch.h"

using namespace healer;
using namespace healer::approvals;

TEST_CASE("a page shows what is asked, with nothing of it as markup") {
  Approval approval;
  approval.id = "APR-17-1";
  approval.incident = 17;
  approval.action = "container_restart";
  approval.description = "<script>alert(1)</script>";
  approval.target = {"container", "\"quoted\""};
  const std::string page = question_page(approval, "reject", "<i>Quantum</i>");
  CHECK(page.find("<script>") == std::string::npos);
  CHECK(page.find("&lt;script&gt;") != std::string::npos);
  CHECK(page.find("<i>") == std::string::npos);
  CHECK(page.find("brief interruption") != std::string::npos);
  CHECK(page.find("<button>Reject</button>") != std::string::npos);
  CHECK(page.find("INC-17") != std::string::npos);
  CHECK(answer_page("No", "<b>", false).find("<b>") == std::string::npos);
}

TEST_CASE("an open question has no reason why it is closed") {
  Approval approval;
  approval.expires_at = base::from_unix_seconds(100);
  CHECK(why_closed(approval, base::from_unix_seconds(99)).empty());
  CHECK_FALSE(why_closed(approval, base::from_unix_seconds(100)).empty());
}

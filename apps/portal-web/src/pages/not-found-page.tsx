import { Button } from "@mantine/core";
import { Link } from "react-router";
import { Page } from "../ui/page.js";

/** A path that leads nowhere. */
export function NotFoundPage() {
  return (
    <Page title="Page not found" lead="There is nothing at this address.">
      <Button component={Link} to="/" w="fit-content">
        To your projects
      </Button>
    </Page>
  );
}

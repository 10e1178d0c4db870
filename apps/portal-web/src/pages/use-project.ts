import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { useSession } from "../session/session-context.js";

/** The project of the address. */
export function useProject() {
  const { api } = useSession();
  const { projectId = "" } = useParams();
  const query = useQuery({ queryKey: ["project", projectId], queryFn: ({ signal }) => api.project(projectId, signal) });
  return { projectId, query };
}

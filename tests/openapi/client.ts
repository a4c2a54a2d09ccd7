/* A client of the types that are generated from the OpenAPI document: tests/openapi/test_typescript.py compiles it. */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Finding = components["schemas"]["FindingRead"];
const PREPARED = { "if-match": "*", "Accept-Language": "zh" };

export async function everyKindOfCall(address: string): Promise<Finding[]> {
  const service = createClient<paths>({ baseUrl: address });
  const stored = await service.POST("/v1/communities", { body: { code: "522701001001", name: "Riverside" } });
  if (!stored.data) throw new Error(stored.error.detail);
  const path = { community_id: stored.data.id };
  await service.PATCH("/v1/communities/{community_id}", { params: { path, header: PREPARED }, body: { name: "Hillside" } });
  await service.DELETE("/v1/communities/{community_id}", { params: { path, header: PREPARED } });
  await upload(new Blob(["reference"]), service);
  const query = { on: "2025-12-31" };
  const { data, error } = await service.GET("/v1/communities/{community_id}/assessment", { params: { path, query } });
  if (error) throw new Error(error.detail);
  return data.findings;
}

async function upload(file: Blob, service: ReturnType<typeof createClient<paths>>): Promise<string> {
  const form = new FormData();
  form.append("file", file, "projects.csv");
  const body: components["schemas"]["BatchForm"] = { file: "projects.csv" };
  const ordered = await service.POST("/v1/batches", { body, bodySerializer: () => form });
  const listed = await service.POST("/v1/batches/items", { body: [{ reference: "LP-1", households: 2000 }] });
  return `${ordered.data?.status} ${listed.data?.links.self}`;
}

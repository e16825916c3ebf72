// Written by `make docs` from the gateway's OpenAPI description.

export interface Alert {
  labels: Record<string, string>;
  status: "firing" | "resolved";
}

export interface AlertNotice {
  alerts: Array<Alert>;
}

export interface AlertOutcome {
  job?: string | null;
}

export interface Alternative {
  confidence: number;
  text: string;
}

export type Answer = "text" | "not_readable" | "not_handwriting";

export interface ApiKey {
  created_at: string;
  expires_at: string;
  id: string;
  label: string;
  last_used_at?: string | null;
  owner: string;
  scopes: Array<Scope>;
}

export interface AuditEntry {
  action: string;
  at: string;
  by: string;
  detail: string;
  id: number;
  subject: string;
}

export interface Body_refresh_token_refresh_post {
  refresh_token?: string | null;
}

export interface Body_sign_in_token_post {
  client_id?: string | null;
  client_secret?: string | null;
  grant_type?: string | null;
  password: string;
  scope: string;
  username: string;
}

export interface Body_sign_out_token_revoke_post {
  token?: string | null;
}

export interface Calibration {
  confidence_offset?: number | null;
  confidence_slope?: number | null;
  promised_error?: number | null;
  temperature?: number | null;
  threshold?: number | null;
}

export interface Canary {
  by: string;
  champion: number;
  ended_at?: string | null;
  id: number;
  mode: "canary" | "shadow";
  model: string;
  reason: string;
  report: CanaryReport;
  share: number;
  started_at: string;
  state: CanaryState;
  version: number;
}

export interface CanaryReport {
  shadow: longhand__contracts__canaries__Stage;
  shared: longhand__contracts__canaries__Stage;
  slow_ms?: number | null;
}

export interface CanaryRequest {
  mode: "canary" | "shadow";
  share: number;
  version: number;
}

export type CanaryState = "starting" | "running" | "promoting" | "withdrawing" | "stopping" | "promoted" | "rolled_back" | "stopped" | "overtaken";

export interface CharacterReading {
  box: [number, number, number, number];
  confidence: number;
  text: string;
}

export type Charset = "full" | "digits" | "lowercase" | "uppercase" | "36";

export interface Correction {
  answer: Answer;
  at: string;
  by: string;
  state: CorrectionState;
  text: string;
}

export interface CorrectionItem {
  answer?: string | null;
  id: string;
  text?: string | null;
}

export interface CorrectionOutcome {
  correction?: Correction | null;
  id: string;
  problem?: Problem | null;
  status: number;
}

export interface CorrectionOutcomes {
  items: Array<CorrectionOutcome>;
}

export type CorrectionState = "stands" | "waiting" | "disputed" | "superseded" | "undelivered";

export interface CorrectionStep {
  at?: string | null;
  detail: string;
  reason?: StageReason | null;
  stage: longhand__contracts__steps__Stage;
  state: StageState;
}

export interface CorrectionSteps {
  corrected_at?: string | null;
  id: string;
  settled: boolean;
  steps: Array<CorrectionStep>;
}

export interface CreatedApiKey {
  created_at: string;
  expires_at: string;
  id: string;
  key: string;
  label: string;
  last_used_at?: string | null;
  owner: string;
  scopes: Array<Scope>;
}

export interface DatasetLook {
  characters: Record<string, number>;
  groups: number;
  lengths: Record<string, number>;
  pictures: number;
  samples: Array<DatasetSample>;
  sets: Record<string, number>;
}

export interface DatasetSample {
  name: string;
  picture: string;
  set: string;
  split: string;
  text: string;
}

export interface DatasetUse {
  corrections: number;
  frozen: boolean;
  own: number;
  version: string;
}

export interface DatasetVersion {
  created_at: string;
  dropped: Record<string, number>;
  duplicates: number;
  licence?: Licence | null;
  name: string;
  pictures: number;
  private: boolean;
  source: Record<string, JsonValue>;
  splits: Record<string, number>;
  unreadable: Array<UnreadableFile>;
  version: string;
}

export interface DemonstrationAccount {
  name: string;
  password: string;
  role: Role;
}

export interface Deployment {
  challenger?: number | null;
  champion: number;
  epoch: number;
  mode: "canary" | "shadow";
  previous: Array<number>;
  share: number;
  withdrawn: Array<number>;
}

export interface DeploymentChange {
  challenger?: number | null;
  champion: number;
  dismissed?: number | null;
  epoch: number;
  mode: "canary" | "shadow";
  previous: Array<number>;
  replaced?: number | null;
  share: number;
  withdrawn: Array<number>;
}

export interface Difference {
  before: string | number;
  field: Part;
  now: string | number;
}

export type Effort = "best" | "fast";

export interface Erasure {
  at: string;
  by: string;
  datasets: Array<ReplacedDataset>;
  ended_at?: string | null;
  held: Record<string, Record<string, number>>;
  id: string;
  jobs: Array<string>;
  models: Array<LearnedVersion>;
  person: string;
  rebuild: Array<Task>;
  step: ErasureStep;
}

export type ErasureStep = "plan" | "gateway" | "ingestion" | "training" | "prediction" | "rebuild" | "done";

export interface GateBin {
  confidence: number;
  high: number;
  low: number;
  pictures: number;
  right: number;
}

export interface GateBudget {
  challenger: number;
  champion: number;
  holds: boolean;
  most: number;
  name: string;
}

export interface GateChange {
  challenger: number;
  challenger_read?: string | null;
  champion: number;
  champion_read?: string | null;
  id: string;
  source: "corrections" | "gate set";
  text?: string | null;
}

export interface GateComparison {
  by: "group" | "picture";
  challenger: number;
  champion: number;
  claim: "not_worse" | "better" | "no_loss";
  difference: number;
  high: number;
  holds: boolean;
  low: number;
  margin: number;
  name: string;
  p: number;
  pictures: number;
  units: number;
}

export interface GateDecision {
  by: string;
  champion: number;
  decided_at: string;
  model: string;
  number: number;
  passed: boolean;
  summary: string;
  version: number;
}

export interface GateMaterial {
  confirmed: number;
  groups: number;
  made: boolean;
  pictures: number;
  sets: Record<string, number>;
  version: string;
}

export interface GateRecord {
  budgets: Array<GateBudget>;
  by: string;
  champion: number;
  changed: Array<GateChange>;
  comparisons: Array<GateComparison>;
  corrections: GateMaterial;
  decided_at: string;
  gate_set: GateMaterial;
  model: string;
  passed: boolean;
  reasons: Array<string>;
  reliability?: GateReliability | null;
  rule: GateRule;
  summary: string;
  version: number;
}

export interface GateReliability {
  challenger: Array<GateBin>;
  champion: Array<GateBin>;
}

export interface GateRule {
  draws: number;
  enough: number;
  fewest: number;
  level: number;
  margin: number;
  seed: number;
  slice_margin: number;
  wide_margin: number;
}

export interface GatherRequest {
  full: boolean;
  reason: "admin" | "count" | "schedule" | "alert" | "erasure";
  task?: Task | null;
}

export interface Index {
  demonstration: Array<DemonstrationAccount>;
  docs: string;
  links: Record<string, string>;
  name: string;
  openapi: string;
  ready: string;
}

export interface IngestRequest {
  archive?: string | null;
  dataset?: string | null;
  folder?: string | null;
  format?: string | null;
  name?: string | null;
  options: Record<string, JsonValue>;
  unreadable: "skip" | "refuse";
}

export interface Job {
  arguments: Record<string, JsonValue>;
  attempt: number;
  by: string;
  cancelling: boolean;
  created_at: string;
  error?: JobError | null;
  finished_at?: string | null;
  follow_up?: string | null;
  id: string;
  joined: boolean;
  kind: string;
  progress: Record<string, JsonValue>;
  remaining_s?: number | null;
  result?: Record<string, JsonValue> | null;
  started_at?: string | null;
  status: JobStatus;
}

export interface JobError {
  code: string;
  message: string;
}

export type JobStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export type JsonValue = unknown;

export interface LearnedVersion {
  name: string;
  serving?: number | null;
  version: number;
}

export interface Learning {
  begun_at: string;
  changed_at: string;
  corrections: number;
  dataset: string;
  first_at: string;
  gathering: number;
  job?: string | null;
  model: ModelName;
  number: number;
  reason: string;
  step: Step;
  version?: number | null;
}

export interface LearningCurve {
  confusion: boolean;
  epochs: Array<Record<string, number>>;
}

export interface LexiconContent {
  by: string;
  count: number;
  created_at: string;
  entries: Array<string>;
  name: string;
  version: string;
}

export interface LexiconMatch {
  margin: number;
  matched: boolean;
  name?: string | null;
  version: string;
}

export interface LexiconVersion {
  by: string;
  count: number;
  created_at: string;
  name: string;
  version: string;
}

export interface Licence {
  licence: string;
  source: string;
  title: string;
}

export interface Lineage {
  by: string;
  datasets: Array<DatasetUse>;
  delivered: boolean;
  id: string;
  missing: Array<"training" | "ingestion">;
  model: ModelReference;
  origin?: Origin | null;
  picture: string;
  received_at: string;
  terms: Terms;
}

export interface ManyCorrections {
  items: Array<CorrectionItem>;
}

export interface Measured {
  challenger: number;
  champion: number;
  evidence: number;
  measurement: string;
}

export interface Model {
  deployment?: Deployment | null;
  name: string;
  versions: Array<ModelVersion>;
}

export type ModelName = "characters" | "text" | "text-fast";

export interface ModelReference {
  name: string;
  version: number;
}

export interface ModelVersion {
  card: Record<string, JsonValue>;
  champion: boolean;
  created_at: string;
  metrics: Record<string, number>;
  name: string;
  run_id?: string | null;
  tags: Record<string, string>;
  version: number;
}

export interface NewApiKey {
  days: number;
  label: string;
  scopes: Array<Scope>;
}

export interface NewCorrection {
  answer: Answer;
  text?: string | null;
}

export interface NewUser {
  name: string;
  password: string;
  role: Role;
}

export interface Notice {
  code: string;
  detail: string;
}

export interface OpenSession {
  address?: string | null;
  current: boolean;
  id: string;
  opened_at: string;
  used_at: string;
}

export interface Origin {
  calibration: Calibration;
  commit?: string | null;
  created_at: string;
  datasets: Array<string>;
  name: string;
  preprocessing?: string | null;
  recipe?: string | null;
  run_id?: string | null;
  started_from?: Origin | null;
  version: number;
}

export interface OwnModel {
  adapter: string | null;
  at: string;
  code?: Refusal | null;
  corrected_at: string;
  corrections: number;
  deep_corrections: number;
  model: string;
  reason: string;
  serves: boolean;
  version: number;
}

export interface OwnModels {
  items: Array<OwnModel>;
  since?: string | null;
}

export interface Page_ApiKey_ {
  items: Array<ApiKey>;
  next?: string | null;
}

export interface Page_AuditEntry_ {
  items: Array<AuditEntry>;
  next?: string | null;
}

export interface Page_Canary_ {
  items: Array<Canary>;
  next?: string | null;
}

export interface Page_DatasetVersion_ {
  items: Array<DatasetVersion>;
  next?: string | null;
}

export interface Page_Erasure_ {
  items: Array<Erasure>;
  next?: string | null;
}

export interface Page_GateDecision_ {
  items: Array<GateDecision>;
  next?: string | null;
}

export interface Page_Job_ {
  items: Array<Job>;
  next?: string | null;
}

export interface Page_Learning_ {
  items: Array<Learning>;
  next?: string | null;
}

export interface Page_LexiconVersion_ {
  items: Array<LexiconVersion>;
  next?: string | null;
}

export interface Page_Model_ {
  items: Array<Model>;
  next?: string | null;
}

export interface Page_OpenSession_ {
  items: Array<OpenSession>;
  next?: string | null;
}

export interface Page_PersonalVersion_ {
  items: Array<PersonalVersion>;
  next?: string | null;
}

export interface Page_StoredReading_ {
  items: Array<StoredReading>;
  next?: string | null;
}

export interface Page_User_ {
  items: Array<User>;
  next?: string | null;
}

export interface Page_VocabularyWord_ {
  items: Array<VocabularyWord>;
  next?: string | null;
}

export type Part = "text" | "decision" | "confidence" | "vocabulary";

export interface PasswordChange {
  current: string;
  new: string;
}

export interface PersonalRequest {
  version: number | null;
}

export interface PersonalVersion {
  adapter?: string | null;
  number: number;
  user: string;
  version: number | null;
}

export interface Problem {
  code: string;
  detail: string;
  errors: Array<Record<string, unknown>> | null;
  request_id: string | null;
  status: number;
  title: string;
  type: string;
}

export interface PromoteRequest {
  reason?: string | null;
  version: number;
}

export interface QueuedReading {
  adapter?: string | null;
  alternatives: Array<Alternative>;
  by: string;
  characters: Array<CharacterReading>;
  charset: Charset;
  claim?: ReviewClaim | null;
  confidence: number;
  correction?: Correction | null;
  decision: "accept" | "review";
  disagreements: Array<Correction>;
  document?: string | null;
  effort: Effort;
  elapsed_ms: number;
  id: string;
  lexicon?: LexiconMatch | null;
  model: ModelReference;
  name?: string | null;
  notices: Array<Notice>;
  perceptual_hash?: string | null;
  picture: string;
  predicted_text: string;
  received_at: string;
  spaces: boolean;
  strict: boolean;
  task: Task;
  text: string;
  vocabulary?: string | null;
  withdrawn?: Withdrawal | null;
  writer?: string | null;
}

export interface Reading {
  adapter?: string | null;
  alternatives: Array<Alternative>;
  characters: Array<CharacterReading>;
  confidence: number;
  decision: "accept" | "review";
  effort: Effort;
  elapsed_ms: number;
  id: string;
  lexicon?: LexiconMatch | null;
  model: ModelReference;
  notices: Array<Notice>;
  perceptual_hash?: string | null;
  predicted_text: string;
  task: Task;
  text: string;
  vocabulary?: string | null;
}

export interface ReadingCount {
  corrected: number;
  readings: number;
}

export interface RecipeDescription {
  models: Array<RecipeModel>;
  name: "starter" | "full";
}

export interface RecipeModel {
  model: string;
  parameters: Array<RecipeParameter>;
  sets: Array<string>;
}

export interface RecipeParameter {
  about: string;
  choices: Array<number | boolean | string>;
  kind: "integer" | "number" | "boolean" | "string";
  least?: number | null;
  most?: number | null;
  name: string;
  open: Array<"least" | "most">;
  value: number | boolean | string | null;
}

export type Refusal = "cannot_write" | "others_worse" | "still_misread";

export interface ReplacedDataset {
  replaced_by?: string | null;
  withdrawn: string;
}

export interface Replay {
  differences: Array<Difference>;
  reading: Reading;
  same: boolean;
}

export interface ReplayRequest {
  candidates?: Array<string> | null;
}

export interface ReviewClaim {
  by: string;
  until: string;
}

export interface ReviewQuery {
  limit: number;
  task?: Task | null;
}

export interface ReviewQueue {
  items: Array<QueuedReading>;
}

export type Role = "user" | "reviewer" | "admin";

export type Scope = "predict" | "read" | "correct" | "admin:read" | "admin:jobs" | "admin:lexicons" | "admin:models" | "admin:users";

export type StageReason = "undelivered" | "no_words" | "deleted" | "not_yours" | "no_text" | "adapting" | "refused" | "forgotten" | "undecided" | "untrusted" | "judges" | "gathering" | "learning" | "judging" | "approved" | "trying" | "withdrawn" | "failed";

export type StageState = "done" | "waiting" | "ended" | "skipped" | "unknown";

export type Step = "learning" | "judging" | "approved" | "trying" | "serving" | "refused" | "withdrawn" | "superseded" | "failed";

export interface StoredReading {
  adapter?: string | null;
  alternatives: Array<Alternative>;
  by: string;
  characters: Array<CharacterReading>;
  charset: Charset;
  confidence: number;
  correction?: Correction | null;
  decision: "accept" | "review";
  disagreements: Array<Correction>;
  document?: string | null;
  effort: Effort;
  elapsed_ms: number;
  id: string;
  lexicon?: LexiconMatch | null;
  model: ModelReference;
  name?: string | null;
  notices: Array<Notice>;
  perceptual_hash?: string | null;
  picture: string;
  predicted_text: string;
  received_at: string;
  spaces: boolean;
  strict: boolean;
  task: Task;
  text: string;
  vocabulary?: string | null;
  withdrawn?: Withdrawal | null;
  writer?: string | null;
}

export type Task = "character" | "text";

export interface Terms {
  charset: Charset;
  effort: Effort;
  lexicon?: string | null;
  spaces: boolean;
  strict: boolean;
}

export interface TokenResponse {
  access_token: string;
  expires_in: number;
  refresh_token?: string | null;
  token_type: "bearer";
}

export interface TracedVersion {
  card: Record<string, JsonValue>;
  champion: boolean;
  created_at: string;
  datasets: Array<DatasetUse>;
  metrics: Record<string, number>;
  name: string;
  read?: ReadingCount | null;
  run_id?: string | null;
  tags: Record<string, string>;
  version: number;
}

export interface TrainRequest {
  datasets: Array<string>;
  model: ModelName;
  params: Record<string, number | string | boolean>;
  recipe: "starter" | "full";
  start_from?: string | null;
}

export interface UnreadableFile {
  code?: string | null;
  file: string;
  reason: string;
}

export interface Upcoming {
  corrections: number;
  gate: number;
  groups: number;
  last?: string | null;
  last_at?: string | null;
  left_out: Record<string, number>;
  models: Array<ModelName>;
  new: number;
  people: number;
  task: Task;
}

export interface User {
  active: boolean;
  created_at: string;
  name: string;
  role: Role;
}

export interface UserChange {
  active?: boolean | null;
  password?: string | null;
  revoke: boolean;
  role?: Role | null;
}

export interface VocabularyWord {
  count: number;
  last: string;
  word: string;
}

export interface Withdrawal {
  at: string;
  by: string;
}

export interface longhand__contracts__canaries__Stage {
  challenger: number;
  champion: number;
  evidence: number;
  limit: number;
  measurements: Array<Measured>;
}

export type longhand__contracts__steps__Stage = "received" | "vocabulary" | "own_model" | "dataset" | "version" | "serving";

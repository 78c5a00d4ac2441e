// Draws the panels of a dashboard with Grafana's own components; bundled by draw.mjs. What Grafana's
// server and its panel plugins would do around them is done here and kept short: answers of
// Prometheus to frames, the grid, and which component stands for which panel.
import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  createTheme,
  dateTime,
  displayNameOverrideProcessor,
  FieldConfigOptionsRegistry,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  identityOverrideProcessor,
  standardTransformers,
  standardTransformersRegistry,
  ThemeContext,
  thresholdsOverrideProcessor,
  toDataFrame,
  transformDataFrame,
  valueMappingsOverrideProcessor,
} from '@grafana/data';
import {
  BarGauge,
  BigValue,
  GlobalStyles,
  PanelChrome,
  TimeSeries,
  VizRepeater,
} from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import { createRoot } from 'react-dom/client';

const ROW = 30, GAP = 8, COLUMNS = 24; // Grafana's grid

const theme = createTheme({ colors: { mode: 'dark' } });
const drawn = window.drawn;

standardTransformersRegistry.setInit(() =>
  ['merge', 'sortBy', 'limit', 'organize'].map((id) => {
    const transformation = Object.values(standardTransformers).find((one) => one.id === id);
    return { id, name: id, editor: () => null, transformation };
  })
);

// The properties of a field that our dashboards set; Grafana's server fills such a registry itself.
const registry = new FieldConfigOptionsRegistry();
const property = (id, process = identityOverrideProcessor) => {
  const isCustom = id.startsWith('custom.');
  const path = id.replace('custom.', '');
  registry.register({ id, path, isCustom, name: id, process, shouldApply: () => true });
};
property('displayName', displayNameOverrideProcessor);
property('thresholds', thresholdsOverrideProcessor);
property('mappings', valueMappingsOverrideProcessor);
for (const id of ['unit', 'decimals', 'min', 'max', 'noValue', 'color']) property(id);
for (const id of drawn.custom) property('custom.' + id);

// As Grafana's Prometheus source makes them: a frame a series, or one table.
function framesOf({ target, result }, several) {
  const number = (text) => (text === 'NaN' ? NaN : Number(text));
  const refId = target.refId;
  if (target.format === 'table') {
    const labels = [...new Set(result.flatMap((one) => Object.keys(one.metric)))].sort();
    const column = (name) => result.map((one) => one.metric[name] ?? '');
    const value = several ? `Value #${refId}` : 'Value';
    return [toDataFrame({ refId, fields: [
      { name: 'Time', type: 'time', values: result.map((one) => one.value[0] * 1000) },
      ...labels.map((name) => ({ name, type: 'string', values: column(name) })),
      { name: value, type: 'number', values: result.map((one) => number(one.value[1])) },
    ] })];
  }
  return result.map((one) => {
    const points = one.values ?? [one.value];
    const legend = target.legendFormat.replace(/{{(\w+)}}/g, (_, name) => one.metric[name] ?? '');
    return toDataFrame({ refId, fields: [
      { name: 'Time', type: 'time', values: points.map((point) => point[0] * 1000) },
      { name: 'Value', type: 'number', labels: one.metric, config: { displayNameFromDS: legend },
        values: points.map((point) => number(point[1])) },
    ] });
  });
}

const replaceVariables = (text) => text;

function transformed(panel, frames) {
  return new Promise((resolve) => {
    const context = { interpolate: replaceVariables };
    transformDataFrame(panel.transformations, frames, context).subscribe(resolve);
  });
}

async function dataOf(panel, answers) {
  const made = answers.flatMap((answer) => framesOf(answer, answers.length > 1));
  const frames = await transformed(panel, made);
  const data = applyFieldOverrides({
    data: frames, fieldConfig: panel.fieldConfig, fieldConfigRegistry: registry,
    replaceVariables, theme, timeZone: drawn.timeZone,
  });
  cacheFieldDisplayNames(data);
  return data;
}

function valuesOf(panel, data, sparkline) {
  return getFieldDisplayValues({
    fieldConfig: panel.fieldConfig, reduceOptions: panel.options.reduceOptions,
    replaceVariables, theme, data, sparkline, timeZone: drawn.timeZone,
  });
}

function Repeated({ panel, data, width, height, sparkline, minimum, grid, draw }) {
  const getValues = () => valuesOf(panel, data, sparkline);
  return <VizRepeater getValues={getValues} getAlignmentFactors={getDisplayValueAlignmentFactors}
    renderValue={draw} width={width} height={height} source={data} renderCounter={0} autoGrid={grid}
    orientation={panel.options.orientation} {...minimum} />;
}

function Stat({ panel, data, width, height }) {
  const o = panel.options;
  const draw = ({ value, width, height, count, alignmentFactors }) => <BigValue
    value={value.display} sparkline={value.sparkline} width={width} height={height} count={count}
    alignmentFactors={alignmentFactors} colorMode={o.colorMode} graphMode={o.graphMode}
    text={o.text} justifyMode={o.justifyMode} textMode={o.textMode} theme={theme}
    disableWideLayout={!o.wideLayout} />;
  const sparkline = o.graphMode !== 'none';
  return <Repeated {...{ panel, data, width, height, sparkline, draw }} grid />;
}

function Bars({ panel, data, width, height }) {
  const o = panel.options;
  const { minVizWidth, minVizHeight, maxVizHeight } = o;
  const minimum = { minVizWidth, minVizHeight, maxVizHeight };
  const draw = ({ value, width, height, orientation, alignmentFactors }) => <BarGauge
    value={value.display} field={value.field}
    display={value.view?.getFieldDisplayProcessor(value.colIndex)}
    width={width} height={height} orientation={orientation} alignmentFactors={alignmentFactors}
    text={o.text} theme={theme} itemSpacing={10} displayMode={o.displayMode} isOverflow={false}
    showUnfilled={o.showUnfilled} valueDisplayMode={o.valueMode} namePlacement={o.namePlacement} />;
  return <Repeated {...{ panel, data, width, height, minimum, draw }} />;
}

function Grid({ panel, data, width, height }) {
  return <TableNG data={data[0]} width={width} height={height} cellHeight={panel.options.cellHeight}
    noHeader={!panel.options.showHeader} structureRev={1} />;
}

function Lines({ panel, data, width, height }) {
  const [from, to] = drawn.range.map((seconds) => dateTime(seconds * 1000));
  if (data.length === 0) return <p>{panel.fieldConfig.defaults.noValue}</p>;
  // What is no number leaves a gap, as in Grafana's panel.
  const finite = (one) => (Number.isFinite(one) ? one : null);
  const gaps = (field) => ({ ...field, values: field.values.map(finite) });
  const frames = data.map((frame) => ({ ...frame, fields: frame.fields.map(gaps) }));
  return <TimeSeries frames={frames} width={width} height={height} timeZone={drawn.timeZone}
    timeRange={{ from, to, raw: { from, to } }} legend={panel.options.legend} />;
}

const COMPONENTS = { stat: Stat, bargauge: Bars, table: Grid, timeseries: Lines };

function Placed({ panel, data, unit }) {
  const Component = COMPONENTS[panel.type], { x, y, w, h } = panel.gridPos;
  const width = w * unit - GAP, height = h * (ROW + GAP) - GAP;
  const left = GAP + x * unit, top = GAP + y * (ROW + GAP);
  const style = { position: 'absolute', left, top, width, height };
  return <div style={style} data-panel={panel.id}>
    <PanelChrome title={panel.title} width={width} height={height} padding="md">
      {(innerWidth, innerHeight) => (
        <Component panel={panel} data={data} width={innerWidth} height={innerHeight} />
      )}
    </PanelChrome>
  </div>;
}

async function draw() {
  const panels = drawn.dashboard.panels;
  const data = [];
  for (const panel of panels) data.push(await dataOf(panel, drawn.answers[panel.id]));
  const unit = (window.innerWidth - GAP) / COLUMNS;
  createRoot(document.getElementById('root')).render(<ThemeContext.Provider value={theme}>
    <GlobalStyles />
    {panels.map((panel, n) => <Placed key={panel.id} panel={panel} data={data[n]} unit={unit} />)}
  </ThemeContext.Provider>);
}

draw().then(() => { window.done = true; }, (error) => { window.failed = String(error.stack); });

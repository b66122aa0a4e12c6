export { shareCluster as default } from './postgres'
